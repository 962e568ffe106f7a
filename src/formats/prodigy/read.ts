import { z } from "zod";
import type { Document, Entity } from "../../corpus/document.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import { quote } from "../../quote.ts";
import type { SourceLocation } from "../../errors.ts";
import type { RawDocument, ReadContext } from "../format.ts";
import { jsonDocuments } from "../json-documents.ts";
import { readSpans, type FileSpan } from "../offsets.ts";
import { numberedId } from "../pair-records.ts";
import { parseRecord } from "../source/json-line.ts";
import type { JsonRecord } from "../source/json-records.ts";
import type { SourceFile } from "../source/source-file.ts";
import { TaskSpans } from "./task-spans.ts";

const span = z.object({ start: z.int(), end: z.int(), token_end: z.int().nullish(), label: z.string().nullish() });
const relation = z.object({
  head: z.int(),
  child: z.int(),
  label: z.string(),
  head_span: span.nullish(),
  child_span: span.nullish(),
});
const task = z.object({
  id: z.union([z.string().min(1, { abort: true }), z.int(), z.null()], "a string or an integer").optional(),
  text: z.string(),
  tokens: z.array(z.object({ id: z.int().nullish(), start: z.int(), end: z.int() })).nullish(),
  spans: z.array(span.extend({ text: z.string().nullish() })).nullish(),
  relations: z.array(relation).nullish(),
  meta: z.record(z.string(), z.unknown()).nullish(),
  answer: z.string().nullish(),
  _task_hash: z.int().nullish(),
  _annotator_id: z.string().nullish().catch(undefined),
  _session_id: z.string().nullish().catch(undefined),
});

/** The keys that name who answered, the first that has a value first: a session may have a name of its own. */
const annotatorKeys = ["_annotator_id", "_session_id"] as const;

// Keys of the tool itself, and keys that repeat what is read.
const ownKeys: ReadonlySet<string> = new Set([
  "_input_hash",
  "_view_id",
  "_timestamp",
  "_is_binary",
  "config",
  ...["text", "ws", "disabled", "style"].map((key) => `tokens[].${key}`),
  ...["token_start", "type"].map((key) => `spans[].${key}`),
  ...["color", "head_span.token_start", "child_span.token_start"].map((key) => `relations[].${key}`),
]);

/** The document of one task; undefined if the task was not accepted. `id` is used if the task has none. */
function parseDocument(
  record: JsonRecord,
  id: string,
  context: ReadContext,
  notices: NoticeLog,
): RawDocument | undefined {
  const { at } = record;
  const parsed = parseRecord(task, record, { notices, ownKeys });
  const { text, answer, meta, _task_hash: hash } = parsed;
  // A task without an answer has not been shown yet: its annotations come from the program that made it.
  if (typeof answer === "string" && answer !== "accept") {
    const place = { ...at, detail: quote(answer, 30) };
    // A rejected task holds no annotations by users.
    notices.lose("not-accepted", "tasks with another answer than accept, left out", place, { documents: 1 });
    return undefined;
  }
  const spans = new TaskSpans(parsed.spans ?? [], parsed.tokens ?? [], at);
  const relations = (parsed.relations ?? []).map(({ head, child, label, head_span, child_span }) => ({
    head: spans.positionOf(head, head_span ?? undefined, `head of relation ${quote(label)}`),
    tail: spans.positionOf(child, child_span ?? undefined, `child of relation ${quote(label)}`),
    label,
  }));
  const annotator = annotatorKeys.map((key) => parsed[key]).find(Boolean);
  const surfaces = spans.all.map(({ surface }) => surface);
  const entities = entitiesOf(text, spans, context, notices, at);
  return {
    id: String(parsed.id ?? hash ?? id),
    text,
    entities,
    relations,
    ...(meta && Object.keys(meta).length > 0 ? { metadata: meta } : {}),
    ...(annotator ? { annotator } : {}),
    source: at,
    surfaces,
    met: { entities: parsed.spans?.length ?? 0, relations: parsed.relations?.length ?? 0 },
  };
}

function entitiesOf(
  text: string,
  spans: TaskSpans,
  context: ReadContext,
  notices: NoticeLog,
  at: SourceLocation,
): Entity[] {
  const fileSpans: readonly FileSpan[] = spans.all;
  const entities = readSpans(text, fileSpans, "code-point", context.settings, notices, at).map((converted, i) => ({
    ...converted,
    type: spans.all[i]!.label,
  }));
  for (const { start, end } of entities.slice(spans.listed)) {
    notices.add("untyped-argument", "arguments of relations that are in no span, read as entities", {
      ...at,
      detail: `${quote(text.slice(Math.max(0, start), Math.max(0, end)), 30)} [${start}, ${end})`,
    });
  }
  return entities;
}

/** Reads the documents of a file in order. */
export const readProdigy = (file: SourceFile, context: ReadContext): AsyncIterable<Document> =>
  jsonDocuments(file, context, { names: ["id", "_task_hash"] }, (record, notices) =>
    parseDocument(record, numberedId(file.name, record.place), context, notices),
  );
