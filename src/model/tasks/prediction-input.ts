import type { Document, Entity } from "../../corpus/document.ts";
import { checkSpan } from "../../corpus/spans.ts";
import { DataError, type SourceLocation } from "../../errors.ts";

/**
 * A text with the spans of its entities. `pairs` names the (head, tail) positions wanted; without it, every ordered
 * pair.
 */
export interface PredictionInput {
  readonly id?: string | undefined;
  readonly text: string;
  readonly entities: readonly (Pick<Entity, "start" | "end"> & { readonly type?: string | undefined })[];
  readonly pairs?: readonly (readonly [head: number, tail: number])[] | undefined;
  /** The place where it was read, for messages. */
  readonly source?: SourceLocation | undefined;
}

/** A text to be labelled that came from an annotation file, with what its file says beside. */
export type DocumentInput = PredictionInput & Pick<Document, "metadata" | "source">;

/**
 * The text as a document without relations, into which a task writes its answers.
 * @param number the id of a text that has none
 */
export const documentOf = ({ id, text, entities, metadata, source }: DocumentInput, number: number): Document => ({
  id: id ?? String(number),
  text,
  entities: entities.map(({ start, end, type = "" }) => ({ start, end, type })),
  relations: [],
  ...(metadata ? { metadata } : {}),
  ...(source ? { source } : {}),
});

/**
 * Checks an input.
 * @throws DataError for a span that cannot be marked in the text, or a pair of anything but two of its entities
 */
export function checkPredictionInput({ text, entities, pairs = [] }: PredictionInput, at?: SourceLocation): void {
  for (const { start, end, type = "" } of entities) checkSpan(text, { start, end, type }, at);
  checkPairs(pairs, entities.length, at);
}

/** Checks pairs. @throws DataError for a pair of anything but two of `entityCount` entities */
export function checkPairs(
  pairs: readonly (readonly [head: number, tail: number])[],
  entityCount: number,
  at?: SourceLocation,
): void {
  const isThere = (position: number): boolean => Number.isInteger(position) && position >= 0 && position < entityCount;
  for (const [head, tail] of pairs) {
    const pair = `pair [${head}, ${tail}]`;
    if (head === tail) throw new DataError(`${pair} is of an entity with itself: expected two different ones.`, at);
    if (isThere(head) && isThere(tail)) continue;
    const places = entityCount === 0 ? "the text has none" : `expected places from 0 to ${entityCount - 1}`;
    throw new DataError(`${pair} names an entity that is not there: ${places}.`, at);
  }
}
