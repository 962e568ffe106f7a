import { z } from "zod";
import type { Document, Span } from "../../corpus/document.ts";
import { RecordError } from "../../corpus/errors.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import type { SourceLocation } from "../../errors.ts";
import type { RawDocument, ReadContext } from "../format.ts";
import { jsonDocuments } from "../json-documents.ts";
import { readSpans } from "../offsets.ts";
import { numberedId } from "../pair-records.ts";
import { parseRecord } from "../source/json-line.ts";
import type { JsonRecord } from "../source/json-records.ts";
import type { SourceFile } from "../source/source-file.ts";
import { joinTokens, restoreTokens } from "../tokens.ts";

/** The format's own label of a pair without a relation; not a setting. */
export const noRelation = "NA";

const entity = z.object({ name: z.string().nullish(), pos: z.tuple([z.int(), z.int()]) });
const example = z.object({
  id: z.union([z.string().min(1), z.int()], { error: "a string or an integer" }).nullish(),
  token: z.array(z.string()).nullish(),
  text: z.string().nullish(),
  h: entity,
  t: entity,
  relation: z.string(),
});
type Example = z.infer<typeof example>;

/**
 * Reads an example whose positions count tokens. The names are ignored: they are often in lower case and differ from
 * the tokens.
 */
function readTokens(tokens: readonly string[], { h, t }: Example, at: SourceLocation, notices: NoticeLog): MarkedText {
  const { text, span } = joinTokens(restoreTokens(tokens, notices, at));
  return { text, spans: [span(...h.pos), span(...t.pos)] };
}

/** Reads an example whose positions count characters as Python does. */
function readText(
  text: string,
  { h, t }: Example,
  at: SourceLocation,
  { settings }: ReadContext,
  notices: NoticeLog,
): MarkedText {
  const surfaces = [h.name ?? undefined, t.name ?? undefined];
  const given = [h, t].map(({ pos: [start, end] }, i) => ({ start, end, surface: surfaces[i] }));
  return { text, spans: readSpans(text, given, "code-point", settings, notices, at), surfaces };
}

interface MarkedText {
  readonly text: string;
  readonly spans: readonly Span[];
  readonly surfaces?: readonly (string | undefined)[];
}

function parseDocument(record: JsonRecord, file: SourceFile, context: ReadContext, notices: NoticeLog): RawDocument {
  const { at, number } = record;
  const parsed = parseRecord(example, record, { notices });
  const { id, token, text, relation } = parsed;
  if (typeof text !== "string" && !token) throw new RecordError('a key "token" or "text"', "neither", at);
  const { spans, ...marked } = token
    ? readTokens(token, parsed, at, notices)
    : readText(text!, parsed, at, context, notices);
  return {
    id: String(id ?? numberedId(file.name, number)),
    ...marked,
    entities: spans.map((span) => ({ ...span, type: "" })),
    relations: relation === noRelation ? [] : [{ head: 0, tail: 1, label: relation }],
    source: at,
    isOnePair: true,
  };
}

/** Reads the examples of a file, each as a document of [h, t]. */
export const readOpenNre = (file: SourceFile, context: ReadContext): AsyncIterable<Document> =>
  jsonDocuments(file, context, { names: ["id"] }, (record, notices) => parseDocument(record, file, context, notices));
