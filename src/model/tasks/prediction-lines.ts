import type { Document } from "../../corpus/document.ts";
import { formatNotice } from "../../corpus/notices.ts";
import { DataError, formatLocation, type SourceLocation } from "../../errors.ts";
import { openDataOutput } from "../../files/data-output.ts";
import { DocumentStream, type ReadingEvent } from "../../formats/document-stream.ts";
import type { FormatSettings } from "../../formats/settings.ts";
import type { RawDocument } from "../../formats/format.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import { codeOfError, type RejectedRow } from "./rejected-row.ts";
import type { DocumentInput } from "./prediction-input.ts";
import { readingNotices } from "./prediction-notices.ts";
import { PredictionReading } from "./prediction-reading.ts";
import { formatOfFile } from "./prediction-texts.ts";

export interface PredictionLines {
  readonly rows: number;
  readonly rejects: number;
  readonly formats: readonly string[];
  /** Sentences on everything that was treated specially in reading. */
  readonly notices: readonly string[];
}

/** Texts among which a shared id is noticed: there may be any number, and memory is not to grow with them. */
const remembered = 2 ** 16;

/** A reading that sets bad records aside. */
class SiftingReading extends PredictionReading {
  readonly rejected: RejectedRow[] = [];

  override record(at: SourceLocation, parse: (notices: NoticeLog) => RawDocument | undefined): Document | undefined {
    try {
      return super.record(at, parse);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      const place = error.at ?? at;
      const reason = error.message.replace(`${formatLocation(place)}: `, "");
      const { file, line, record } = place;
      this.rejected.push({ file, line, record, error: codeOfError(error), reason });
      return undefined;
    }
  }
}

/**
 * Writes the texts of a file, folder or archive in any annotation format as JSON Lines for `relata predict`, one at a
 * time; bad records go to a file beside. Both appear as a whole at the end.
 * @param finds whether the model finds the entities of a text, so that a record may lack them
 * @throws as readDocuments, for files that cannot be read at all
 */
export async function* writePredictionLines(
  path: string,
  { output, rejects }: { readonly output: string; readonly rejects: string },
  settings: FormatSettings,
  finds: boolean,
): AsyncGenerator<ReadingEvent, PredictionLines> {
  const format = settings.format ?? (await formatOfFile(path, settings, finds));
  const reading = new SiftingReading({ ...settings, format }, finds, remembered);
  const stream = await DocumentStream.open([path], reading);
  const [lines, aside] = await Promise.all(
    [output, rejects].map((one) => openDataOutput(one, { layout: "file" }, { overwrite: true })),
  );
  let rows = 0;
  let rejected = 0;
  const setAside = async (): Promise<void> => {
    for (const row of reading.rejected.splice(0)) {
      rejected++;
      await aside!.write({ text: `${JSON.stringify(row)}\n` });
    }
  };
  let isWritten = false;
  try {
    for await (const document of stream.documents()) {
      await lines!.write({ text: `${JSON.stringify(lineOf(reading.inputOf(document)))}\n` });
      rows++;
      await setAside();
      if (stream.isEventDue) yield stream.progress;
    }
    await setAside();
    await aside!.close();
    await lines!.close();
    isWritten = true;
  } finally {
    if (!isWritten) await Promise.all([lines!.abandon(), aside!.abandon()]);
  }
  const formats = [...new Set(stream.sources.flatMap((source) => source.formats))];
  return { rows, rejects: rejected, formats, notices: readingNotices(reading.notices.list()).map(formatNotice) };
}

/** The line of a relata file that is read as this text. */
const lineOf = ({ id, text, entities, pairs, metadata }: DocumentInput): object => ({
  id,
  text,
  entities: entities.map(({ start, end, type = "" }) => (type === "" ? { start, end } : { start, end, type })),
  ...(pairs ? { pairs } : {}),
  ...(metadata ? { metadata } : {}),
});
