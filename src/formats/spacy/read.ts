import { z } from "zod";
import type { Document, Relation } from "../../corpus/document.ts";
import { RecordError } from "../../corpus/errors.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import { listed, quote } from "../../quote.ts";
import type { SourceLocation } from "../../errors.ts";
import type { RawDocument, ReadContext } from "../format.ts";
import { jsonDocuments } from "../json-documents.ts";
import { readSpans } from "../offsets.ts";
import { numberedId } from "../pair-records.ts";
import { describe, parseRecord } from "../source/json-line.ts";
import type { JsonRecord } from "../source/json-records.ts";
import type { SourceFile } from "../source/source-file.ts";

const span = z.object({ start: z.int(), end: z.int(), label: z.string().nullish() });
const relation = z.object({
  head: z.int(),
  tail: z.int(),
  label: z.string(),
  score: z
    .union([z.number().min(0, { abort: true }).max(1, { abort: true }), z.null()], "a number from 0 to 1")
    .optional(),
});
const doc = z.object({
  id: z.union([z.string().min(1, { abort: true }), z.int(), z.null()], "a string or an integer").optional(),
  text: z.string(),
  ents: z.array(span).nullish(),
  tokens: z.array(z.object({ start: z.int() })).nullish(),
  rels: z.array(relation).nullish(),
  meta: z.record(z.string(), z.unknown()).nullish(),
  /** Span groups by name. */
  spans: z.record(z.string(), z.array(z.unknown())).nullish(),
  /** Classes of the whole text, with a score each. */
  cats: z.record(z.string(), z.number()).nullish(),
  /** Relations of other tools, which are refused. */
  relations: z.unknown().optional(),
  /** The extension `doc._.rel` as scripts write it, with its tuples in quotes; refused, as they may count anything. */
  rel: z.unknown().optional(),
  /** The same where `Doc.to_json(underscore=["rel"])` puts extensions. */
  _: z.object({ rel: z.unknown().optional() }).nullish(),
});
type Doc = z.infer<typeof doc>;

// Only the starts of tokens are read.
const ownKeys: ReadonlySet<string> = new Set(["tokens[].id", "tokens[].end"]);

const advice = "docs/formats/spacy.md shows the form";

/** The document of one Doc; `id` is used if the file has none. */
function parseDocument(record: JsonRecord, id: string, context: ReadContext, notices: NoticeLog): RawDocument {
  const { at } = record;
  const parsed = parseRecord(doc, record, { notices, next: `${advice}.`, ownKeys });
  const { text, ents, meta } = parsed;
  requireRels(parsed, at);
  reportSpanGroups(parsed, notices, at);
  for (const category of Object.keys(parsed.cats ?? {})) {
    const message = "classes of whole texts, left out";
    notices.lose("text-class", message, { ...at, detail: quote(category, 30) }, { annotations: 1 });
  }
  const spans = readSpans(text, ents ?? [], "code-point", context.settings, notices, at);
  return {
    id: String(parsed.id ?? id),
    text,
    entities: spans.map((span, i) => ({ ...span, type: ents![i]!.label ?? "" })),
    relations: relationsOf(parsed, at),
    ...(meta && Object.keys(meta).length > 0 ? { metadata: meta } : {}),
    source: at,
    met: { entities: ents?.length ?? 0, relations: parsed.rels?.length ?? 0 },
  };
}

/** @throws RecordError for relations under another key, which would be lost */
function requireRels({ relations, rel, _ }: Doc, at: SourceLocation): void {
  const found = Object.entries({ relations, rel, "_.rel": _?.rel }).find(([, value]) => holdsSomething(value));
  if (!found) return;
  const isExtension = found[0] !== "relations";
  const next = isExtension ? "; its script writes this list from doc._.rel" : "";
  const expected = 'a list of relations under the key rels, [{"head": 3, "tail": 5, "label": "DO_WHEN"}]';
  throw new RecordError(expected, `the key ${found[0]} with ${describe(found[1])}. ${advice}${next}`, at);
}

const holdsSomething = (value: unknown): boolean =>
  typeof value === "object" ? value !== null && Object.keys(value).length > 0 : value !== undefined;

/** Reads relations, whose `head` and `tail` are the first tokens of entities, like the keys of `doc._.rel`. */
function relationsOf({ ents, tokens, rels }: Doc, at: SourceLocation): Relation[] {
  const starts = new Map((tokens ?? []).map(({ start }, token) => [start, token]));
  const positions = new Map<number, number>();
  for (const [position, { start }] of (ents ?? []).entries()) {
    const token = starts.get(start);
    if (token !== undefined && !positions.has(token)) positions.set(token, position);
  }
  const positionOf = (token: number, role: "head" | "tail", label: string): number => {
    const position = positions.get(token);
    if (position !== undefined) return position;
    const known = positions.size > 0 ? listed([...positions.keys()].map(String)) : "but none has one";
    const expected = `the first token of an entity (${known}) as ${role} of relation ${quote(label)}`;
    throw new RecordError(expected, `token ${token}. ${advice}`, at);
  };
  return (rels ?? []).map(({ head, tail, label, score }) => ({
    head: positionOf(head, "head", label),
    tail: positionOf(tail, "tail", label),
    label,
    ...(typeof score === "number" ? { probability: score } : {}),
  }));
}

function reportSpanGroups({ spans }: Doc, notices: NoticeLog, at: SourceLocation): void {
  for (const [name, { length }] of Object.entries(spans ?? {})) {
    if (length === 0) continue;
    const message = "span groups, whose spans are in no relation, left out";
    notices.lose("span-group", message, { ...at, detail: quote(name) }, { annotations: length });
  }
}

/** Reads the documents of a file in order. */
export const readSpacy = (file: SourceFile, context: ReadContext): AsyncIterable<Document> =>
  jsonDocuments(file, context, { names: ["id"] }, (record, notices) =>
    parseDocument(record, numberedId(file.name, record.number), context, notices),
  );
