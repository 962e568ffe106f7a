import { z } from "zod";
import type { Document } from "../../corpus/document.ts";
import { UnknownEntityError } from "../../corpus/errors.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import type { SourceLocation } from "../../errors.ts";
import type { RawDocument, ReadContext } from "../format.ts";
import { jsonDocuments } from "../json-documents.ts";
import { numberedId } from "../pair-records.ts";
import { RepeatedIds } from "../repeated-ids.ts";
import { parseRecord } from "../source/json-line.ts";
import type { JsonRecord } from "../source/json-records.ts";
import type { SourceFile } from "../source/source-file.ts";
import { joinTokens, restoreTokens } from "../tokens.ts";
import { readSymmetricLabels } from "./types.ts";

const sentenceId = z.union([z.string(), z.int()], { error: "a string or an integer" }).nullish();

const spertSentence = z.object({
  tokens: z.array(z.string()),
  entities: z.array(z.object({ type: z.string(), start: z.int(), end: z.int() })),
  relations: z.array(z.object({ type: z.string(), head: z.int(), tail: z.int() })).nullish(),
  orig_id: sentenceId,
});

const subjectSentence = z.object({
  tokens: z.array(z.string()),
  entities: z.array(z.object({ label: z.string(), start: z.int(), end: z.int() })),
  relations: z.array(z.object({ label: z.string(), subj: z.int(), obj: z.int() })).nullish(),
  doc_key: sentenceId,
});

/** A sentence of either variant, with SpERT's keys. */
interface Sentence extends Omit<z.infer<typeof spertSentence>, "orig_id"> {
  readonly id: string | number | null | undefined;
  /** By entity, the number by which relations cite it. */
  readonly entityIds: readonly number[];
}

function parseSpert(record: JsonRecord, notices: NoticeLog): Sentence {
  const { orig_id, ...sentence } = parseRecord(spertSentence, record, { notices });
  return { ...sentence, id: orig_id, entityIds: sentence.entities.map((_, i) => i) };
}

/**
 * Reads the variant with `subj` and `obj`, where the end of an entity is inclusive and a relation cites the first token
 * of an entity.
 */
function parseSubjects(record: JsonRecord, notices: NoticeLog): Sentence {
  const { tokens, entities, relations, doc_key } = parseRecord(subjectSentence, record, { notices });
  return {
    tokens,
    entities: entities.map(({ label, start, end }) => ({ type: label, start, end: end + 1 })),
    relations: relations?.map(({ label, subj, obj }) => ({ type: label, head: subj, tail: obj })),
    id: doc_key,
    entityIds: entities.map(({ start }) => start),
  };
}

const namesSubjects = (head: string): boolean => /"entities"\s*:\s*\[\s*\{[^{}]*"label"\s*:/.test(head);

function toDocument(sentence: Sentence, id: string, at: SourceLocation, notices: NoticeLog): RawDocument {
  const { text, span } = joinTokens(restoreTokens(sentence.tokens, notices, at));
  const positionOf = (cited: number, label: string): number => {
    const position = sentence.entityIds.indexOf(cited);
    if (position < 0) throw new UnknownEntityError(label, String(cited), sentence.entityIds.map(String), at);
    if (sentence.entityIds.includes(cited, position + 1)) {
      notices.add("ambiguous-argument", "arguments that could be any of several entities, read as the first", at);
    }
    return position;
  };
  return {
    id,
    text,
    entities: sentence.entities.map(({ type, start, end }) => ({ ...span(start, end), type })),
    relations: (sentence.relations ?? []).map(({ type, head, tail }) => ({
      head: positionOf(head, type),
      tail: positionOf(tail, type),
      label: type,
    })),
    source: at,
    met: { entities: sentence.entities.length, relations: sentence.relations?.length ?? 0 },
  };
}

/** Reads the sentences of a file; a sentence without an id is named by the file and its number. */
export async function* readSpert(file: SourceFile, context: ReadContext): AsyncGenerator<Document> {
  await readSymmetricLabels(file, context.symmetricLabels);
  const parse = namesSubjects(file.head) ? parseSubjects : parseSpert;
  const ids = new RepeatedIds();
  yield* jsonDocuments(file, context, { names: ["orig_id", "doc_key"] }, (record, notices) => {
    const sentence = parse(record, notices);
    const given = String(sentence.id ?? "") || numberedId(file.name, record.number);
    return toDocument(sentence, ids.unique(given, notices, record.at), record.at, notices);
  });
}
