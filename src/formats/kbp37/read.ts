import { amountsOf } from "../../corpus/amounts.ts";
import type { Document } from "../../corpus/document.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import type { RawDocument, ReadContext } from "../format.ts";
import { groupRecords, parseTaggedRecord, type RecordLines } from "../semeval2010/tagged-records.ts";
import type { SourceFile } from "../source/source-file.ts";
import { restoreToken, restoreTokens } from "../tokens.ts";

/** The format's own label of a pair without a relation; not a setting. */
export const noRelation = "no_relation";

/** Removes the spaces inside tags and quotes; those outside of tags belong to the text (RELX: `L'<e1> X </e1>`). */
export function tidy(
  marked: string,
  restore: (words: readonly string[]) => string[] = (words) => words.map(restoreToken),
): string {
  return restore(marked.trim().split(/(\s+|<\/?e[12]>)/))
    .join("")
    .replace(/(<e[12]>)\s+/g, "$1")
    .replace(/\s+(<\/e[12]>)/g, "$1");
}

function parseRecord(record: RecordLines, notices: NoticeLog): RawDocument | undefined {
  const { at } = record[0];
  const restore = (words: readonly string[]): string[] => restoreTokens(words, notices, at);
  const document = parseTaggedRecord(record, { noRelation, tidy: (marked) => tidy(marked, restore) });
  if (document.entities.every(({ start, end }) => start !== end)) return document;
  notices.lose("empty-entity", "records with an empty entity, left out", at, amountsOf(document));
  return undefined;
}

/** Reads the sentences of a file, each as a document of [e1, e2]. */
export async function* readKbp37(file: SourceFile, context: ReadContext): AsyncGenerator<Document> {
  for await (const record of groupRecords(file.lines())) {
    const document = context.record(record[0].at, (notices) => parseRecord(record, notices));
    if (document) yield document;
  }
}
