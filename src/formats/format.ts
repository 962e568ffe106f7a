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

/** A document as its file has it. Nothing is checked yet; spans may lie outside the text. */
export interface RawDocument extends Document {
  /** By entity, its text as recorded in the file beside the offsets; undefined if not recorded. */
  readonly surfaces?: readonly (string | undefined)[];
  /**
   * Amounts in the record, counted before anything is chosen or left out. The reading reports whatever is neither in
   * the document nor reported as lost. If absent, the amounts in the document plus the reported losses.
   */
  readonly met?: Partial<Amounts>;
  /** Whether the record holds one pair of its text, so that other records of the text may hold its other pairs. */
  readonly isOnePair?: true;
  /** Whether the record says in so many words that its pair has no relation. */
  readonly saysNone?: true;
}

/** The context that a reader gets beside its file. */
export interface ReadContext {
  readonly settings: FormatSettings;
  readonly notices: NoticeLog;
  /**
   * Whether all annotations of a text are wanted, each as a document with its annotator, where a record holds several:
   * they are to be chosen among, or compared. If not, a reader takes one.
   */
  readonly wantsCopies?: boolean;
  /**
   * Called with a file of a folder or archive that cannot be read completely, which is then left out. If absent, such a
   * file ends the reading unless `skipInvalid`, which counts it.
   */
  setAside?(file: string, error: Error): void;
  /** Filled by formats that declare labels symmetric. */
  readonly symmetricLabels: Set<string>;
  /**
   * Called by a format that can list the (head, tail) pairs of the current record to predict; absent outside of
   * prediction.
   */
  askPairs?(pairs: readonly (readonly [head: number, tail: number])[]): void;
  /** Whether relations are learnt or scored, so that a table without a column for them is an error. */
  readonly needsRelations?: boolean;
  /** Whether the entities are to be found, so that a record may lack them; absent outside of prediction. */
  readonly findsEntities?: boolean;
  /**
   * Takes one record: the value that `parse` returns or the error that it throws. `parse` reports in the given log
   * whatever it treats specially; for a record that is no document it reports the reason and returns undefined. The
   * result is the document that the reader should yield, if any.
   */
  record(at: SourceLocation, parse: (notices: NoticeLog) => RawDocument | undefined): Document | undefined;
}

/** The context that a writer gets beside its documents. */
export interface WriteContext {
  readonly notices: NoticeLog;
  /** Label of a pair annotated, or predicted, as having no relation. */
  readonly noRelationLabel: string;
  /** Whether the documents are a model's predictions, for tools that keep them apart from annotations. */
  readonly predictions: boolean;
  /** Name of the model that predicted, for tools that show it. */
  readonly modelVersion: string;
  /** See FormatSettings.fields. */
  readonly fields: string | undefined;
  /** Symmetric labels, for formats that declare them. */
  readonly symmetricLabels: ReadonlySet<string>;
}

export interface FormatWriter {
  readonly layout: "file" | "folder";
  /** Extension of the file, such as `.jsonl`; "" for a folder. */
  readonly extension: string;
  /** Whether the writer uses `fields`; false if not given. */
  readonly usesFields?: boolean;
  /** Features that the format holds; everything else is left out and counted before `write` (see reduceTo). */
  readonly holds: ReadonlySet<Feature>;
  /** Writes the documents in order; they are already reduced to what the format holds. */
  write(documents: AsyncIterable<Document>, context: WriteContext): AsyncGenerator<OutputPiece>;
}

/** Everything about one format: recognition, reading and writing. */
export interface AnnotationFormat {
  readonly name: FormatName;
  /** The format in a few words, for users who wonder whether their file is of it. */
  readonly description: string;
  /**
   * Whether a file is of this format, judged by its first records and its name. True only if the file has what the
   * reader needs, since errors about a file of another format would help nobody.
   */
  detects(probe: Probe, settings?: Pick<FormatSettings, "fields">): boolean;
  /** Required keys of its records; errors use them to name what a similar JSON file lacks. */
  readonly keys?: readonly string[];
  /** The settings that its reader uses; any other format setting would have no effect and is refused. */
  readonly uses: readonly FormatSetting[];
  /** Reads the documents of one file in order, each through `context.record`. */
  read(file: SourceFile, context: ReadContext): AsyncIterable<Document>;
  /** Absent for a format that is only read. */
  readonly writer?: FormatWriter;
}
