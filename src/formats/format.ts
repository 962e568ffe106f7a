import type { Amounts } from "../corpus/amounts.ts";
import type { Document } from "../corpus/document.ts";
import type { NoticeLog } from "../corpus/notices.ts";
import type { SourceLocation } from "../errors.ts";
import type { OutputPiece } from "../files/pieces.ts";
import type { Feature } from "./features.ts";
import type { FormatName } from "./names.ts";
import type { FormatSetting, FormatSettings } from "./settings.ts";
import type { Probe } from "./source/probe.ts";
import type { SourceFile } from "./source/source-file.ts";

export type { OutputPiece };

/** A document as its file has it: nothing is checked, spans may lie outside of the text. */
export interface RawDocument extends Document {
  /** By entity, its text as the file records it beside the offsets; undefined where it records none. */
  readonly surfaces?: readonly (string | undefined)[];
  /**
   * What its record holds, counted before anything is chosen or left out; what is met and neither in the document nor
   * told as lost is told by the reading. If absent, what the document has and what the reader told.
   */
  readonly met?: Partial<Amounts>;
}

/** What a reader is given beside its file. */
export interface ReadContext {
  readonly settings: FormatSettings;
  readonly notices: NoticeLog;
  /** To be filled by a format that says which labels hold in both directions. */
  readonly symmetricLabels: Set<string>;
  /** Told by a format that can say so which (head, tail) of the record at hand are asked for; absent where nobody predicts. */
  askPairs?(pairs: readonly (readonly [head: number, tail: number])[]): void;
  /**
   * Takes one record: what `parse` returns or throws. `parse` tells what it treats specially in the log it is given
   * and returns undefined for a record that is no document, after having told why. The result is the document for
   * the reader to yield, if it is one to go on with.
   */
  record(at: SourceLocation, parse: (notices: NoticeLog) => RawDocument | undefined): Document | undefined;
}

/** What a writer is given beside its documents. */
export interface WriteContext {
  readonly notices: NoticeLog;
  /** Label of a pair that was annotated, or predicted, to have no relation. */
  readonly noRelationLabel: string;
  /** Whether the documents are a model's predictions, for tools that keep them apart from annotations. */
  readonly predictions: boolean;
  /** Name of the model that predicted, for tools that show it. */
  readonly modelVersion: string;
  /** As FormatSettings.fields. */
  readonly fields: string | undefined;
  /** Labels that hold in both directions, for formats that say so. */
  readonly symmetricLabels: ReadonlySet<string>;
}

export interface FormatWriter {
  readonly layout: "file" | "folder";
  /** Ending of the file, `.jsonl`; of a folder "". */
  readonly extension: string;
  /** Whether `fields` names what is written; false if not given. */
  readonly usesFields?: boolean;
  /** What the format can hold; all else is left out before `write`, and counted (see reduceTo). */
  readonly holds: ReadonlySet<Feature>;
  /** The documents, already reduced to what is held, in their order. */
  write(documents: AsyncIterable<Document>, context: WriteContext): AsyncGenerator<OutputPiece>;
}

/** What knows one format. */
export interface AnnotationFormat {
  readonly name: FormatName;
  /** The format in a few words, for one who wonders whether his file is of it. */
  readonly description: string;
  /**
   * Whether a file is of this format, by its first records and its name. A file is claimed only where the reader finds
   * what it needs in it, since its complaints about another's file would help nobody.
   */
  detects(probe: Probe, settings?: Pick<FormatSettings, "fields">): boolean;
  /** Keys that its records must have, so that a file of JSON which nearly is of the format can be told what it lacks. */
  readonly keys?: readonly string[];
  /** The settings that its reader looks at; of a format of which none is here, such a setting would do nothing. */
  readonly uses: readonly FormatSetting[];
  /** The documents of one file in their order, each from `context.record`. */
  read(file: SourceFile, context: ReadContext): AsyncGenerator<Document>;
  /** Absent for a format that is only read. */
  readonly writer?: FormatWriter;
}
