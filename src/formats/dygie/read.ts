import { z } from "zod";
import type { Document, Entity } from "../../corpus/document.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import { quote } from "../../quote.ts";
import type { SourceLocation } from "../../errors.ts";
import type { RawDocument, ReadContext } from "../format.ts";
import { jsonDocuments } from "../json-documents.ts";
import { parseRecord } from "../source/json-line.ts";
import type { JsonRecord } from "../source/json-records.ts";
import type { SourceFile } from "../source/source-file.ts";
import { joinTokens, restoreTokens } from "../tokens.ts";

// The lists per sentence can be joined, since tokens count from the beginning of the document. Predicted entries end
// with a score and a probability (`softmax`).
const entity = z.tuple([z.int(), z.int(), z.string()]).rest(z.number());
const relation = z.tuple([z.int(), z.int(), z.int(), z.int(), z.string()]).rest(z.number());

const dygieDocument = z.object({
  doc_key: z.string().min(1),
  sentences: z.array(z.array(z.string())),
  ner: z.array(z.array(entity)).nullish(),
  relations: z.array(z.array(relation)).nullish(),
  predicted_ner: z.array(z.array(entity)).nullish(),
  predicted_relations: z.array(z.array(relation)).nullish(),
  clusters: z.unknown().optional(),
  events: z.unknown().optional(),
});

// The key that selects one of the model's heads.
const ownKeys: ReadonlySet<string> = new Set(["dataset"]);

const isFilled = (lists: unknown): lists is unknown[] => Array.isArray(lists) && lists.flat().length > 0;

function countUnread(record: z.infer<typeof dygieDocument>, at: SourceLocation, notices: NoticeLog): void {
  const { ner, relations, predicted_ner, predicted_relations, clusters, events } = record;
  if (isFilled(clusters)) {
    const lost = { annotations: clusters.length };
    notices.lose("clusters", "documents with coreference clusters, which are not read", at, lost);
  }
  if (isFilled(events)) {
    const lost = { annotations: events.flat().length };
    notices.lose("events", "documents with events, which are not read", at, lost);
  }
  if ((ner && predicted_ner) || (relations && predicted_relations)) {
    notices.lose(
      "unread-predictions",
      "documents with predictions beside annotations, read without the predictions",
      at,
      { other: 1 },
    );
  }
  if (!relations && !predicted_relations) {
    notices.add("no-relations", "documents without a list of relations, read as having none", at);
  }
}

function parseDocument(given: JsonRecord, notices: NoticeLog): RawDocument {
  const { at } = given;
  const record = parseRecord(dygieDocument, given, { notices, ownKeys });
  countUnread(record, at, notices);
  const { text, span } = joinTokens(restoreTokens(record.sentences.flat(), notices, at));

  const entities: Entity[] = [];
  const positions = new Map<string, number[]>();
  const addEntity = (first: number, last: number, type: string): number => {
    const key = `${first} ${last}`;
    positions.set(key, [...(positions.get(key) ?? []), entities.length]);
    return entities.push({ ...span(first, last + 1), type }) - 1;
  };
  const argument = (first: number, last: number): number => {
    const [position, other] = positions.get(`${first} ${last}`) ?? [];
    if (other !== undefined) {
      notices.add("ambiguous-argument", "arguments that could be any of several entities, read as the first", at);
    }
    if (position !== undefined) return position;
    const added = addEntity(first, last, "");
    const { start, end } = entities[added]!;
    const detail = `${quote(text.slice(Math.max(0, start), Math.max(0, end)), 30)}, tokens ${first} to ${last}`;
    notices.add("untyped-argument", "arguments of relations that are no entity of the file, read as one without type", {
      ...at,
      detail,
    });
    return added;
  };

  const marked = (record.ner ?? record.predicted_ner ?? []).flat();
  const related = (record.relations ?? record.predicted_relations ?? []).flat();
  for (const [first, last, type] of marked) addEntity(first, last, type);
  const relations = related.map(([first1, last1, first2, last2, label, , probability]) => ({
    head: argument(first1, last1),
    tail: argument(first2, last2),
    label,
    ...(probability === undefined ? {} : { probability }),
  }));
  const met = { entities: marked.length, relations: related.length };
  return { id: record.doc_key, text, entities, relations, source: at, met };
}

/** Reads the documents of a file; predictions only if there are no annotations. */
export const readDygie = (file: SourceFile, context: ReadContext): AsyncIterable<Document> =>
  jsonDocuments(file, context, { names: ["doc_key"] }, parseDocument);
