import type { Document } from "./document.ts";

/** How many things of each kind were met, written or left out. */
export interface Amounts {
  readonly documents: number;
  readonly entities: number;
  readonly relations: number;
  /** Annotations that are neither entities nor relations: classes of a whole text, attributes, events, notes, drafts. */
  readonly annotations: number;
  /** Whatever else a file says: metadata, probabilities, the tool's own columns. */
  readonly other: number;
}

export type AmountKind = keyof Amounts;

export const amountKinds: readonly AmountKind[] = ["documents", "entities", "relations", "annotations", "other"];

export const nothing: Amounts = { documents: 0, entities: 0, relations: 0, annotations: 0, other: 0 };

const combined = (a: Amounts, b: Partial<Amounts>, sign: 1 | -1): Amounts => ({
  documents: a.documents + sign * (b.documents ?? 0),
  entities: a.entities + sign * (b.entities ?? 0),
  relations: a.relations + sign * (b.relations ?? 0),
  annotations: a.annotations + sign * (b.annotations ?? 0),
  other: a.other + sign * (b.other ?? 0),
});

export const plus = (a: Amounts, b: Partial<Amounts>): Amounts => combined(a, b, 1);
export const minus = (a: Amounts, b: Partial<Amounts>): Amounts => combined(a, b, -1);

/** The amounts in a document. */
export const amountsOf = ({ entities, relations }: Pick<Document, "entities" | "relations">): Amounts => ({
  ...nothing,
  documents: 1,
  entities: entities.length,
  relations: relations.length,
});

export const isNothing = (amounts: Partial<Amounts>): boolean => amountKinds.every((kind) => !amounts[kind]);
