import { z } from "zod";
import type { SourceLocation } from "../../errors.ts";
import type { Document } from "../document.ts";
import { DuplicateEntityError, KeyError, NotJsonError, UnknownEntityError } from "../errors.ts";
import type { Line } from "../lines.ts";
import type { NoticeLog } from "../notices.ts";
import { listed, quote } from "../quote.ts";
import { readRecord, type CorpusReader } from "./reader.ts";

// Read with null like absent, and everything else on the line ignored: exports of different ages differ there, and
// `historicAnnotations` holds what was cancelled.
const entity = z.object({ value: z.string(), start_char: z.int(), end_char: z.int(), ent_id: z.int() });
const relation = z.object({ label: z.string(), src: z.int(), dest: z.int() });
const category = z.object({ entities: z.array(entity).nullish() });
const ner = z.object({ relations: z.array(relation).nullish() }).catchall(category.nullish());
const annotatedItem = z.object({
  item: z.object({ uuid: z.string().min(1), data: z.object({ text: z.string() }) }),
  annotation: z.object({ ner: ner.nullish() }).nullish(),
});

const expectedWords: Record<string, string> = {
  string: "a string",
  int: "an integer",
  number: "an integer",
  object: "an object",
  array: "a list",
};

function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (typeof value === "string") return `the string ${quote(value)}`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "number" || typeof value === "boolean") return `the ${typeof value} ${value}`;
  return `an object with the keys ${listed(Object.keys(value).map((key) => quote(key)))}`;
}

/** `annotation.ner["Grid entities"].entities[3].start_char` */
const keyPath = (path: readonly PropertyKey[]): string =>
  path
    .map((key, i) => {
      if (typeof key === "number") return `[${key}]`;
      return /^\w+$/.test(String(key)) ? `${i > 0 ? "." : ""}${String(key)}` : `[${quote(String(key))}]`;
    })
    .join("");

function parseJson(text: string, at: SourceLocation): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new NotJsonError(error instanceof Error ? error.message : String(error), at);
  }
}

function parseItem(text: string, at: SourceLocation): z.infer<typeof annotatedItem> {
  const result = annotatedItem.safeParse(parseJson(text, at), { reportInput: true });
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const expected = issue.code === "invalid_type" ? expectedWords[issue.expected] : undefined;
  const fallback = issue.code === "too_small" ? "a string that is not empty" : "an integer that is exact";
  throw new KeyError(keyPath(issue.path) || "the line", expected ?? fallback, describe(issue.input), at);
}

function parseDocument({ at, text, problem }: Line, notices: NoticeLog): Document | undefined {
  if (problem) throw problem;
  const { item, annotation } = parseItem(text, at);
  if (!annotation?.ner) {
    notices.add("no-annotation", "documents without an entity annotation (annotation.ner), left out", at);
    return undefined;
  }
  const { relations, ...categories } = annotation.ner;
  const entities = Object.values(categories).flatMap((category) => category?.entities ?? []);

  const positions = new Map<number, number>();
  for (const [position, { ent_id }] of entities.entries()) {
    if (positions.has(ent_id)) throw new DuplicateEntityError(String(ent_id), at);
    positions.set(ent_id, position);
  }
  const positionOf = (id: number, label: string): number => {
    const position = positions.get(id);
    if (position === undefined) throw new UnknownEntityError(label, String(id), [...positions.keys()].map(String), at);
    return position;
  };
  return {
    id: item.uuid,
    text: item.data.text,
    entities: entities.map(({ value, start_char, end_char }) => ({ start: start_char, end: end_char, type: value })),
    relations: (relations ?? []).map(({ label, src, dest }) => ({
      head: positionOf(src, label),
      tail: positionOf(dest, label),
      label,
    })),
    source: at,
  };
}

/** The annotations export of Annotto (La Javaness). Entities of all categories are pooled, in file order. */
export const annotto: CorpusReader = {
  name: "annotto",
  description:
    'annotto: annotations.jsonlines of an unpacked Annotto export, on each line {"item": {…}, "annotation": {…}}',
  detects: (head) => /^\uFEFF?\s*\{/m.test(head) && /"(item|annotation)"\s*:/.test(head),
  async *read(lines, context) {
    for await (const line of lines) {
      const document = readRecord(context, line.at, (notices) => parseDocument(line, notices));
      if (document) yield document;
    }
  },
};
