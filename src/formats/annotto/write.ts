import type { Document } from "../../corpus/document.ts";
import { quote } from "../../quote.ts";
import { UsageError } from "../../errors.ts";
import { allBut } from "../features.ts";
import { parseFields } from "../fields.ts";
import type { FormatWriter, OutputPiece, WriteContext } from "../format.ts";

/** Type written for an entity without one: Annotto refuses the whole file if a type is empty. */
const untyped = "ENTITY";

// Annotto's importer reads these dates without checking that they exist. A constant keeps the output of one corpus the
// same; the time of writing would change it.
const date = "1970-01-01T00:00:00.000Z";

/** @throws UsageError for a category name that Annotto uses for something else */
function categoryOf({ fields }: WriteContext): string {
  const { category } = parseFields("annotto", fields, { category: "NER" });
  if (category === "" || category === "relations")
    throw new UsageError(
      `--fields: category=${category} cannot name a category of entities: give the one of the Annotto project, such as NER.`,
    );
  return category;
}

function annotationOf({ id, entities, relations, source }: Document, category: string, context: WriteContext): object {
  if (entities.length === 0) return {};
  for (const { type } of entities) {
    if (type !== "") continue;
    const at = source && { ...source, detail: `document ${quote(id, 30)}` };
    context.notices.add("untyped-entity", `entities without a type, written as ${untyped}`, at);
  }
  return {
    ner: {
      [category]: {
        entities: entities.map(({ start, end, type }, i) => ({
          value: type || untyped,
          start_char: start,
          end_char: end,
          ent_id: i,
        })),
      },
      relations: relations.map(({ head, tail, label }) => ({ label, src: head, dest: tail })),
    },
  };
}

/**
 * Writes lines for Annotto's importer of annotations, which refuses unknown keys. Predictions are written as
 * annotations too, since Annotto's predictions have no relations.
 */
export const annottoWriter: FormatWriter = {
  layout: "file",
  extension: ".jsonlines",
  usesFields: true,
  holds: allBut("probabilities"),
  async *write(documents: AsyncIterable<Document>, context: WriteContext): AsyncGenerator<OutputPiece> {
    const category = categoryOf(context);
    for await (const document of documents) {
      const { id, text, metadata } = document;
      const line = {
        item: { uuid: id, datatype: "text", data: { text }, ...(metadata ? { metadata } : {}) },
        itemMetadata: { createdAt: date, updated: date, seenAt: date },
        tags: [],
        comments: [],
        annotationMetadata: { annotatedAt: date, createdAt: date },
        annotation: annotationOf(document, category, context),
      };
      yield { text: `${JSON.stringify(line)}\n` };
    }
  },
};
