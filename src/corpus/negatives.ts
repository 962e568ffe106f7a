import { shuffled, type Random } from "../random.ts";
import type { Document } from "./document.ts";
import type { PairExample } from "./pairs.ts";

/**
 * Which negatives are kept first: `random` any; `types` those whose types are often related; `hard` among these, those
 * that share an entity with a related pair.
 */
export type NegativeStrategy = "random" | "types" | "hard";

export interface ThinNegativesOptions {
  /** At most this many no-relation examples for each other one, over the whole set; undefined keeps all. */
  readonly negativesPerPositive: number | undefined;
  readonly strategy?: NegativeStrategy;
  readonly noRelationId: number;
  readonly random: Random;
}

/**
 * Removes negatives and keeps the order of the examples. For training only: scores on a thinned set are not scores of
 * the task. The difference in length is the number of removed examples.
 */
export function thinNegatives(
  examples: readonly PairExample[],
  { negativesPerPositive, strategy = "random", noRelationId, random }: ThinNegativesOptions,
): PairExample[] {
  if (negativesPerPositive === undefined) return [...examples];
  const isNegative = ({ label }: PairExample): boolean => label === noRelationId;
  const negatives = shuffled(examples.filter(isNegative), random);
  const positives = examples.filter((example) => !isNegative(example));
  const rank = rankOf(strategy, positives);
  const wanted = Math.floor(negativesPerPositive * positives.length);
  const kept = new Set(negatives.toSorted((a, b) => rank(a) - rank(b)).slice(0, wanted));
  return examples.filter((example) => !isNegative(example) || kept.has(example));
}

/** Sort key: lower ranks are kept first; ties keep the shuffled order. */
function rankOf(strategy: NegativeStrategy, positives: readonly PairExample[]): (negative: PairExample) => number {
  if (strategy === "random") return () => 0;
  const types = new Set(positives.map(typesOf));
  const related = new Map<Document, Set<number>>();
  for (const { document, head, tail } of positives) {
    const entities = related.get(document) ?? new Set();
    related.set(document, entities.add(head).add(tail));
  }
  return (negative) => {
    if (!types.has(typesOf(negative))) return 2;
    if (strategy === "types") return 0;
    const { document, head, tail } = negative;
    const entities = related.get(document);
    return entities?.has(head) || entities?.has(tail) ? 0 : 1;
  };
}

const typesOf = ({ document, head, tail }: PairExample): string =>
  JSON.stringify([document.entities[head]!.type, document.entities[tail]!.type]);
