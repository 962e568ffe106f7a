import type { Document } from "../corpus/document.ts";
import type { NoticeLog } from "../corpus/notices.ts";
import { picked } from "../generators.ts";
import type { RawDocument, ReadContext } from "./format.ts";
import type { JsonRecord, JsonRecordOptions } from "./source/json-records.ts";
import type { SourceFile } from "./source/source-file.ts";

export interface JsonDocumentOptions extends JsonRecordOptions {
  /** Called before a record is parsed, for asynchronous preparation. */
  readonly prepare?: (record: JsonRecord) => Promise<void>;
  /** The records that are read of one, where it holds several annotations of a text; it alone if absent. */
  readonly parts?: ((record: JsonRecord) => readonly JsonRecord[]) | undefined;
  /** Called after the records of a wrapped list with the object around them, to report its other content. */
  readonly reportWrapping?: (wrapping: JsonRecord, notices: NoticeLog) => void;
}

/**
 * Reads the documents of a JSON file, one for each record, whatever the layout (see jsonRecords).
 * @param parse makes the document of a record by parseRecord, which throws the problem of a broken record
 */
export function jsonDocuments(
  file: SourceFile,
  context: ReadContext,
  options: JsonDocumentOptions,
  parse: (record: JsonRecord, notices: NoticeLog) => RawDocument | undefined,
): AsyncIterable<Document> {
  const { prepare, parts, isWrapping } = options;
  if (prepare || parts || isWrapping) return documentsOfRecords(file, context, options, parse);
  return picked(file.records(options), (record) => context.record(record.at, (notices) => parse(record, notices)));
}

async function* documentsOfRecords(
  file: SourceFile,
  context: ReadContext,
  { reportWrapping, prepare, parts, ...options }: JsonDocumentOptions,
  parse: (record: JsonRecord, notices: NoticeLog) => RawDocument | undefined,
): AsyncGenerator<Document> {
  for await (const record of file.records(options)) {
    if (record.isWrapping) {
      try {
        if (record.problem) throw record.problem;
        reportWrapping?.(record, context.notices);
      } catch (problem) {
        context.record(record.at, () => {
          throw problem;
        });
      }
      continue;
    }
    // Without a promise where there is nothing to wait for.
    if (prepare) await prepare(record);
    for (const part of parts?.(record) ?? [record]) {
      const document = context.record(part.at, (notices) => parse(part, notices));
      if (document) yield document;
    }
  }
}
