import type { ConvertConfig } from "../config.ts";
import { minus, nothing, plus, type Amounts } from "../corpus/amounts.ts";
import type { Document } from "../corpus/document.ts";
import { NoDocumentsError } from "../corpus/errors.ts";
import { formatNotice, NoticeLog, type Notice } from "../corpus/notices.ts";
import { UsageError } from "../errors.ts";
import type { FormatName } from "../formats/names.ts";
import type { CorpusSource } from "../formats/read.ts";
import { formatSettings } from "../formats/settings.ts";
import { requireWriter, writeDocuments } from "../formats/write.ts";
import { pickSettings } from "../settings.ts";
import { openChosen } from "../formats/chosen-documents.ts";
import type { ReadingEvent } from "../formats/document-stream.ts";
import { picked } from "../generators.ts";
import { openDataOutput, type DataOutput } from "../files/data-output.ts";
import { isPredicted, detectPredictions, withoutPredictedNegatives } from "../corpus/predictions.ts";

/** `text` is the next part of the output, where it is not written to a path. */
export type ConvertEvent = ReadingEvent | { readonly type: "text"; readonly text: string };

export interface ConvertResult {
  readonly to: FormatName;
  readonly sources: readonly CorpusSource[];
  readonly documents: number;
  /** Whether they were written as predictions, for tools that keep them apart from annotations. */
  readonly predictions: boolean;
  readonly files: number;
  readonly bytes: number;
  /** Reports what was left out or treated specially in reading. */
  readonly notices: readonly Notice[];
  /** Reports what the written format does not hold (codes `lost-…`), and what else was left out or changed for it. */
  readonly losses: readonly Notice[];
  /** The amounts in the files. */
  readonly met: Amounts;
  /** The amounts written; nothing was lost only if they equal those met and `losses` is empty. */
  readonly written: Amounts;
  readonly seconds: number;
}

/**
 * Reads annotation files of any format and writes them in another, one document at a time: memory does not grow with
 * the files. What is written appears as a whole at the end, or not at all where the caller takes no more events.
 * @param output a path, or for a format of one file where else its pieces go
 * @throws UsageError for a format that is only read and for an output that may not be replaced; DataError as readers do.
 */
export async function* convertData(
  paths: readonly string[],
  output: string | DataOutput,
  config: ConvertConfig,
): AsyncGenerator<ReadingEvent, ConvertResult> {
  const started = performance.now();
  const writer = requireWriter(config.to, config.toFields);
  if (typeof output !== "string" && writer.layout === "folder") {
    throw new UsageError(`${config.to} is a folder of files: name a folder for the output.`);
  }
  const settings = pickSettings(formatSettings, config);
  const {
    reading,
    stream,
    documents: chosen,
  } = await openChosen(paths, settings, {
    uniqueIds: false,
    written: config.toFields === undefined ? config.to : undefined,
  });
  const losses = new NoticeLog();
  const target = typeof output === "string" ? await openDataOutput(output, writer, config) : output;
  let isWritten = false;
  try {
    const { documents, predictions } = await detectPredictions(chosen(), config.predictions);
    const context = {
      notices: losses,
      noRelationLabel: config.noRelationLabel,
      predictions,
      modelVersion: config.modelVersion,
      fields: config.toFields ?? config.fields,
      symmetricLabels: reading.symmetricLabels,
    };
    const kept = { ...nothing };
    const count = ({ entities, relations }: Document): void => {
      kept.documents++;
      kept.entities += entities.length;
      kept.relations += relations.length;
    };
    const wanted = prepared(documents, count, predictions, config, losses);
    for await (const piece of writeDocuments(wanted, writer, context)) {
      const writing = target.write(piece);
      if (writing) await writing;
      if (stream.isEventDue) yield stream.progress;
    }
    const read = kept.documents;
    if (read === 0) throw new NoDocumentsError(paths, reading.notices.list().map(formatNotice));
    const written = await target.close();
    isWritten = true;
    return {
      to: config.to,
      sources: stream.sources,
      documents: read,
      predictions,
      ...written,
      notices: reading.notices.list(),
      losses: losses.list(),
      // Annotations outside of records, in companion files, are counted beside those of the records.
      met: plus(kept, reading.notices.lost),
      written: minus(kept, { ...losses.lost, annotations: 0, other: 0 }),
      seconds: (performance.now() - started) / 1000,
    };
  } finally {
    if (!isWritten) await target.abandon();
  }
}

/** The documents as they are to be written, each counted as it was read; reports those that differ from the first, by which all were judged. */
function prepared(
  documents: AsyncIterable<Document>,
  count: (document: Document) => void,
  predictions: boolean,
  { predictions: asked, keepNegatives, noRelationLabel }: ConvertConfig,
  notices: NoticeLog,
): AsyncIterable<Document> {
  const message = predictions
    ? "documents with relations but no probability, written as predictions like the first"
    : "documents with probabilities, written as annotations like the first; --predictions yes writes predictions";
  return picked(documents, (document) => {
    count(document);
    if (asked === "auto" && document.relations.length > 0 && isPredicted(document) !== predictions) {
      notices.add("other-origin", message, document.source);
    }
    return keepNegatives ? document : withoutPredictedNegatives(document, noRelationLabel, notices);
  });
}
