import type { Document } from "../../corpus/document.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import type { FormatWriter } from "../format.ts";
import { jsonArray } from "../json-array.ts";
import { directedPairs, pairRecords } from "../pair-records.ts";
import { writtenTokens } from "../tokens.ts";
import { noRelation } from "./read.ts";

const noneLabels: ReadonlySet<string> = new Set([noRelation]);

async function* toExamples(documents: AsyncIterable<Document>, notices: NoticeLog): AsyncGenerator<object> {
  for await (const document of documents) {
    const { text, entities } = document;
    const { tokens, spans } = writtenTokens(document, notices);
    const token = tokens.map(({ start, end }) => text.slice(start, end));
    for (const { id, head, tail, relation } of pairRecords(document, directedPairs, notices, noneLabels)) {
      yield {
        id,
        docid: document.id,
        relation: relation?.label ?? noRelation,
        token,
        subj_start: spans[head]!.start,
        subj_end: spans[head]!.end - 1,
        obj_start: spans[tail]!.start,
        obj_end: spans[tail]!.end - 1,
        subj_type: entities[head]!.type,
        obj_type: entities[tail]!.type,
      };
    }
  }
}

export const tacredWriter: FormatWriter = {
  layout: "file",
  extension: ".json",
  holds: new Set([
    "ids",
    "entity-types",
    "overlapping-entities",
    "equal-spans",
    "unrelated-entities",
    "both-directions",
  ]),
  write: (documents, { notices }) => jsonArray(toExamples(documents, notices), (example) => example),
};
