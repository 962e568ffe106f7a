import type { Entity, Relation, Span } from "../corpus/document.ts";
import { quote } from "../quote.ts";
import type { RawDocument } from "../formats/format.ts";

const surfaceOf = (text: string, { start, end }: Span): string => text.slice(Math.max(0, start), Math.max(0, end));

/** A label or type, short and on one line, without quotation marks. */
export const shownLabel = (label: string): string => quote(label, 40).slice(1, -1);

/** `"225 kV" [430, 436)` */
export const quotedSpan = (text: string, span: Span): string =>
  `${quote(surfaceOf(text, span), 40)} [${span.start}, ${span.end})`;

/** `Tension " 225 k" [429, 435)` */
export const quotedEntity = (text: string, entity: Entity): string =>
  `${entity.type === "" ? "entity" : shownLabel(entity.type)} ${quotedSpan(text, entity)}`;

/** `from "Darchalop" to "Pouet"` */
export const quotedPair = (
  { text, entities }: RawDocument,
  { head, tail }: Pick<Relation, "head" | "tail">,
): string => {
  const [from, to] = [head, tail].map((i) => quote(surfaceOf(text, entities[i]!), 40));
  return head === tail ? `from ${from} to itself` : `from ${from} to ${to}`;
};

/** `DO_WHEN from "part" to "lundi"` */
export const quotedRelation = (document: RawDocument, relation: Pick<Relation, "head" | "tail" | "label">): string =>
  `${shownLabel(relation.label)} ${quotedPair(document, relation)}`;
