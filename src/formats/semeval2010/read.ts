import type { Document } from "../../corpus/document.ts";
import type { ReadContext } from "../format.ts";
import type { SourceFile } from "../source/source-file.ts";
import { groupRecords, parseTaggedRecord } from "./tagged-records.ts";

/** The format's own label of a pair without any of the nine relations; not a setting. */
export const otherLabel = "Other";

/** Reads the sentences of a file, each as a document of [e1, e2]. */
export async function* readSemeval2010(file: SourceFile, context: ReadContext): AsyncGenerator<Document> {
  for await (const record of groupRecords(file.lines())) {
    const document = context.record(record[0].at, () => parseTaggedRecord(record, { noRelation: otherLabel }));
    if (document) yield document;
  }
}
