import type { Document } from "../../corpus/document.ts";
import type { ReadContext } from "../format.ts";
import type { SourceFile } from "../source/source-file.ts";
import { groupRecords, parseTaggedRecord } from "./tagged-records.ts";

/** Of the format, not a setting: the label of a pair with none of the nine relations. */
export const otherLabel = "Other";

/** The sentences of a file, each a document of [e1, e2]. */
export async function* readSemeval2010(file: SourceFile, context: ReadContext): AsyncGenerator<Document> {
  for await (const record of groupRecords(file.lines())) {
    const document = context.record(record[0].at, () => parseTaggedRecord(record, { noRelation: otherLabel }));
    if (document) yield document;
  }
}
