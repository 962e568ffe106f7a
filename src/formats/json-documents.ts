import type { Document } from "../corpus/document.ts";
import type { NoticeLog } from "../corpus/notices.ts";
import type { RawDocument, ReadContext } from "./format.ts";
import type { JsonRecord, JsonRecordOptions } from "./source/json-records.ts";
import type { SourceFile } from "./source/source-file.ts";

export interface JsonDocumentOptions extends JsonRecordOptions {
  /** Is called before a record is parsed, for what takes its time. */
  readonly prepare?: (record: JsonRecord) => Promise<void>;
  /** Is given the object around the records of a wrapped list, after them, to tell what else it says. */
  readonly tellWrapping?: (wrapping: JsonRecord, notices: NoticeLog) => void;
}

/**
 * The documents of a file of JSON, one for each record, whatever its layout (see jsonRecords).
 * @param parse makes the document of a record, by parseRecord, which throws the problem of a broken one
 */
export async function* jsonDocuments(
  file: SourceFile,
  context: ReadContext,
  { tellWrapping, prepare, ...options }: JsonDocumentOptions,
  parse: (record: JsonRecord, notices: NoticeLog) => RawDocument | undefined,
): AsyncGenerator<Document> {
  for await (const record of file.records(options)) {
    if (record.isWrapping) {
      try {
        if (record.problem) throw record.problem;
        tellWrapping?.(record, context.notices);
      } catch (problem) {
        context.record(record.at, () => {
          throw problem;
        });
      }
      continue;
    }
    await prepare?.(record);
    const document = context.record(record.at, (notices) => parse(record, notices));
    if (document) yield document;
  }
}
