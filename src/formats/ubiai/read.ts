import { z } from "zod";
import type { Document } from "../../corpus/document.ts";
import { RecordError } from "../../corpus/errors.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import { listed, quote } from "../../quote.ts";
import type { SourceLocation } from "../../errors.ts";
import type { RawDocument, ReadContext } from "../format.ts";
import { jsonDocuments } from "../json-documents.ts";
import { readSpans } from "../offsets.ts";
import { numberedId } from "../pair-records.ts";
import { RepeatedIds } from "../repeated-ids.ts";
import { parseRecord } from "../source/json-line.ts";
import type { SourceFile } from "../source/source-file.ts";

// The format calls entities tokens; `token_start` and `token_end` are the first and last word of one.
const entity = z.object({
  text: z.string().nullish(),
  start: z.int(),
  end: z.int(),
  token_start: z.int().nullish(),
  token_end: z.int().nullish(),
  entityLabel: z.string().nullish(),
});
const relation = z.object({ head: z.int(), child: z.int(), relationLabel: z.string() });
const ubiaiDocument = z.object({
  documentName: z.string().nullish(),
  document: z.string(),
  tokens: z.array(entity).nullish(),
  relations: z.array(relation).nullish(),
  classifications: z.unknown().optional(),
});

type Entities = readonly z.infer<typeof entity>[];

/** Finds the entity that a relation cites by its first word, or by another of its words, which is counted. */
function citedEntity(
  entities: Entities,
  notices: NoticeLog,
  at: SourceLocation,
): (word: number, role: string) => number {
  const first = new Map<number, number>();
  const repeated = new Set<number>();
  for (const [position, { token_start: start }] of entities.entries()) {
    if (typeof start !== "number") continue;
    if (first.has(start)) repeated.add(start);
    else first.set(start, position);
  }
  return (word, role) => {
    if (repeated.has(word)) {
      notices.add("ambiguous-argument", "arguments that could be any of several entities, read as the first", at);
    }
    const position = first.get(word);
    if (position !== undefined) return position;
    const holding = entities.findIndex(
      ({ token_start: start, token_end: end }) =>
        typeof start === "number" && typeof end === "number" && start <= word && word <= end,
    );
    if (holding < 0) {
      const known = listed([...first.keys()].map(String), 10) || "but no entity has one";
      throw new RecordError(`the token_start of an entity as ${role}: ${known}`, String(word), at);
    }
    const detail = `token ${word} of ${quote(entities[holding]!.text ?? "", 30)}`;
    notices.add("argument-inside", "arguments of relations inside of an entity, read as that entity", {
      ...at,
      detail,
    });
    return holding;
  };
}

function toDocument(
  { document: text, tokens, relations, classifications }: z.infer<typeof ubiaiDocument>,
  id: string,
  at: SourceLocation,
  context: ReadContext,
  notices: NoticeLog,
): RawDocument {
  const entities = tokens ?? [];
  const surfaces = entities.map(({ text }) => text ?? undefined);
  const given = entities.map(({ start, end }, i) => ({ start, end, surface: surfaces[i] }));
  const spans = readSpans(text, given, "code-point", context.settings, notices, at);
  if (Array.isArray(classifications) && classifications.length > 0) {
    const message = "documents with classes of the whole document, which are not read";
    notices.lose("classifications", message, at, { annotations: classifications.length });
  }
  if (!relations) notices.add("no-relations", "documents without a list of relations, read as having none", at);
  const cited = citedEntity(entities, notices, at);
  return {
    id,
    text,
    entities: spans.map((span, i) => ({ ...span, type: entities[i]!.entityLabel ?? "" })),
    relations: (relations ?? []).map(({ head, child, relationLabel }) => ({
      head: cited(head, `head of relation ${quote(relationLabel)}`),
      tail: cited(child, `child of relation ${quote(relationLabel)}`),
      label: relationLabel,
    })),
    surfaces,
    met: { entities: entities.length, relations: relations?.length ?? 0 },
    source: at,
  };
}

/** Reads the documents of a file; a document without a name is named by the file and its number. */
export async function* readUbiai(file: SourceFile, context: ReadContext): AsyncGenerator<Document> {
  const ids = new RepeatedIds();
  yield* jsonDocuments(file, context, { names: ["documentName"] }, (record, notices) => {
    const parsed = parseRecord(ubiaiDocument, record, { notices });
    const given = parsed.documentName || numberedId(file.name, record.number);
    return toDocument(parsed, ids.unique(given, notices, record.at), record.at, context, notices);
  });
}
