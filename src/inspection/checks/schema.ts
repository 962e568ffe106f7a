import { closest } from "../../corpus/closest.ts";
import type { RawDocument } from "../../formats/format.ts";
import { allowedLabels, type RelationSchema } from "../../corpus/schema.ts";
import type { Problem } from "../problem.ts";
import { quotedRelation, shownLabel } from "../wording.ts";
import { aboutRelation } from "./relations.ts";

/** Finds relations that the given schema lacks or does not allow between their types. */
export function* checkSchema(document: RawDocument, schema: RelationSchema): Generator<Problem> {
  for (const relation of document.relations) {
    const { head, tail } = relation;
    const label = relation.label.trim();
    if (head === tail || label === "" || label === schema.noRelationLabel) continue;
    const shown = quotedRelation(document, { head, tail, label });
    if (!schema.id2label.includes(label)) {
      const known = closest(label, schema.id2label);
      yield aboutRelation("relation-not-in-schema", document, relation, {
        message: `${shown}: the schema has no relation ${shownLabel(label)}`,
        suggestion: known === undefined ? undefined : `Did you mean ${shownLabel(known)}?`,
      });
      continue;
    }
    const [headType, tailType] = [document.entities[head]!.type, document.entities[tail]!.type];
    if (allowsRelation(schema, label, headType, tailType)) continue;
    const isExchanged = allowsRelation(schema, label, tailType, headType);
    yield aboutRelation("relation-against-schema", document, relation, {
      message: `${shown}: the schema does not let it join ${shownLabel(headType)} to ${shownLabel(tailType)}`,
      suggestion: isExchanged ? "Are head and tail exchanged?" : undefined,
    });
  }
}

function allowsRelation(schema: RelationSchema, label: string, head: string, tail: string): boolean {
  const allowed = allowedLabels(schema, head, tail);
  return allowed === undefined || allowed[schema.id2label.indexOf(label)]!;
}
