import { chooseCopies } from "../corpus/copies/copy-index.ts";
import type { Document } from "../corpus/document.ts";
import { NoDocumentsError } from "../corpus/errors.ts";
import { formatNotice } from "../corpus/notices.ts";
import { DocumentStream, type ReadingEvent } from "./document-stream.ts";
import { CorpusReading } from "./reading.ts";
import type { FormatSettings } from "./settings.ts";

export interface WholeCorpus {
  readonly documents: readonly Document[];
  readonly reading: CorpusReading;
  readonly stream: DocumentStream;
}

/**
 * Reads all documents of files that are to be written anew in their own format, with one of the copies of a text by
 * several annotators where the settings choose among them.
 * @throws NoDocumentsError if there are none; DataError as readers do
 */
export async function* readWholeCorpus(
  paths: readonly string[],
  settings: FormatSettings,
): AsyncGenerator<ReadingEvent, WholeCorpus> {
  const reading = new CorpusReading({ settings, uniqueIds: false });
  const stream = await DocumentStream.open(paths, reading, "same");
  const read: Document[] = [];
  for await (const document of stream.documents()) {
    read.push(document);
    if (stream.isEventDue) yield stream.progress;
  }
  const { notices } = reading;
  const documents = chooseCopies(read, settings, notices, reading.symmetricLabels);
  if (documents.length === 0) throw new NoDocumentsError(paths, notices.list().map(formatNotice));
  return { documents, reading, stream };
}
