import type { PairPlace } from "../corpus/candidates.ts";

/** A pair with its gold labels. */
interface Asked extends PairPlace {
  readonly labels: readonly number[];
}

/** Pairs without a relation or with one, that a type pair counts beside its own: rare types say little. */
const smoothing = 2;

/**
 * By how much relations are rarer among all documents at hand than among those held out, as a difference of log odds: documents differ
 * in how many of their relations are annotated, and a few dozen of them may have a tenth more than the rest.
 * Expected are the relations that the types of pairs have in training, so that other types are no difference.
 * 0 if nothing can be said.
 */
export function densityShift(training: readonly Asked[], heldOut: readonly Asked[], noRelationId: number): number {
  const counts = new Map<string, { pairs: number; relations: number }>();
  const related = ({ labels }: Asked): number => labels.filter((id) => id !== noRelationId).length;
  for (const pair of training) {
    const key = typesOf(pair);
    const ofTypes = counts.get(key);
    if (ofTypes) {
      ofTypes.pairs++;
      ofTypes.relations += related(pair);
    } else counts.set(key, { pairs: 1, relations: related(pair) });
  }
  const learnt = sumOf(training.map(related));
  const mean = learnt / training.length;
  const expected = sumOf(
    heldOut.map((pair) => {
      const { pairs, relations } = counts.get(typesOf(pair)) ?? { pairs: 0, relations: 0 };
      return (relations + smoothing * mean) / (pairs + smoothing);
    }),
  );
  const found = sumOf(heldOut.map(related));
  if (!(learnt > 0 && found > 0 && expected > 0)) return 0;
  // Of all documents, those held out included: the training part is its own expectation.
  const ofAll = (learnt + found) / (learnt + expected);
  return Math.log(ofAll) - Math.log(found / expected);
}

const typesOf = ({ document, head, tail }: PairPlace): string =>
  JSON.stringify([document.entities[head]!.type, document.entities[tail]!.type]);

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
