import { z } from "zod";
import type { Document } from "../../corpus/document.ts";
import { DuplicateEntityError, UnknownEntityError } from "../../corpus/errors.ts";
import { parseJsonLine } from "../source/json-line.ts";
import type { Line } from "../source/lines.ts";
import type { AnnotationFormat } from "../format.ts";

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

function parseDocument({ at, text, problem }: Line): Document {
  if (problem) throw problem;
  const { item, annotation } = parseJsonLine(annotatedItem, text, at);
  const { relations, ...categories } = annotation?.ner ?? {};
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
export const annotto: AnnotationFormat = {
  name: "annotto",
  description:
    'annotto: annotations.jsonlines of an unpacked Annotto export, on each line {"item": {…}, "annotation": {…}}',
  detects: (head) => /^\uFEFF?\s*\{/m.test(head) && /"(item|annotation)"\s*:/.test(head),
  async *read(file, context) {
    for await (const line of file.lines()) {
      const document = context.record(line.at, () => parseDocument(line));
      if (document) yield document;
    }
  },
};
