import { shuffled, type Random } from "../random.ts";
import type { PairExample } from "./pairs.ts";

export interface ThinNegativesOptions {
  /** At most this many no-relation examples for each other one, over the whole set; undefined keeps all. */
  readonly negativesPerPositive: number | undefined;
  readonly noRelationId: number;
  readonly random: Random;
}

/**
 * The examples with a random choice of the negatives, in their order. For training only: scores of a thinned set are
 * not scores of the task. What was left out is the difference in length.
 */
export function thinNegatives(
  examples: readonly PairExample[],
  { negativesPerPositive, noRelationId, random }: ThinNegativesOptions,
): PairExample[] {
  if (negativesPerPositive === undefined) return [...examples];
  const negatives = examples.filter(({ label }) => label === noRelationId);
  const positives = examples.length - negatives.length;
  const kept = new Set(shuffled(negatives, random).slice(0, Math.floor(negativesPerPositive * positives)));
  return examples.filter((example) => example.label !== noRelationId || kept.has(example));
}
