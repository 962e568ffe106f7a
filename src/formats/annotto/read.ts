import { z } from "zod";
import type { Document } from "../../corpus/document.ts";
import { DuplicateEntityError, UnknownEntityError } from "../../corpus/errors.ts";
import type { ReadContext } from "../format.ts";
import { parseJsonLine } from "../source/json-line.ts";
import type { Line } from "../source/lines.ts";
import type { SourceFile } from "../source/source-file.ts";

// Read with null like absent, and everything else on the line ignored: exports of different ages differ there
// (`tags` or `markers`, `datatype` or `type`), and `historicAnnotations` holds what was cancelled.
const entity = z.object({ value: z.string(), start_char: z.int(), end_char: z.int(), ent_id: z.int() });
const relation = z.object({ label: z.string(), src: z.int(), dest: z.int() });
const category = z.object({ entities: z.array(entity).nullish() });
const ner = z.object({ relations: z.array(relation).nullish() }).catchall(category.nullish());
const annotatedItem = z.object({
  item: z.object({
    uuid: z.string().min(1),
    data: z.object({ text: z.string() }),
    metadata: z.looseObject({}).nullish(),
  }),
  annotation: z.object({ ner: ner.nullish() }).nullish(),
});

const otherFile = "Annotto's items and predictions files hold no annotations: give annotations.jsonlines.";

function parseDocument({ at, text, problem }: Line): Document {
  if (problem) throw problem;
  const next = /"item"\s*:/.test(text) ? undefined : otherFile;
  const { item, annotation } = parseJsonLine(annotatedItem, text, at, next);
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
  const metadata = item.metadata ?? {};
  return {
    id: item.uuid,
    text: item.data.text,
    entities: entities.map(({ value, start_char, end_char }) => ({ start: start_char, end: end_char, type: value })),
    relations: (relations ?? []).map(({ label, src, dest }) => ({
      head: positionOf(src, label),
      tail: positionOf(dest, label),
      label,
    })),
    ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
    source: at,
  };
}

/** Entities of all categories are pooled, in file order. */
export async function* readAnnotto(file: SourceFile, context: ReadContext): AsyncGenerator<Document> {
  for await (const line of file.lines()) {
    const document = context.record(line.at, () => parseDocument(line));
    if (document) yield document;
  }
}
