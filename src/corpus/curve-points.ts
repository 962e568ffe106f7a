import { UsageError } from "../errors.ts";
import type { Document } from "./document.ts";

const usualPoints = [5, 10, 20, 50, 100];
/** Where a document holds one pair, it takes more of them to learn from. */
const pointsOfSinglePairs = [50, 100, 200, 500, 1000];

/**
 * Numbers of documents to train on, one after the other: those of `--points`, or the usual ones.
 * @throws UsageError for more documents than there are
 */
export function pointsOf(wanted: string | undefined, train: readonly Document[]): number[] {
  const all = train.length;
  if (wanted === undefined) {
    const single = train.filter(({ entities }) => entities.length === 2).length >= 0.9 * all;
    return [...(single ? pointsOfSinglePairs : usualPoints).filter((point) => point < all), all];
  }
  const points = wanted.split(",").map((point) => (point === "all" ? all : Number(point)));
  const tooMany = points.filter((point) => point > all);
  if (tooMany.length > 0) {
    throw new UsageError(
      `--points ${wanted}: ${all} documents are not held out, and ${tooMany.join(", ")} are more. Write all for all of them.`,
    );
  }
  return [...new Set(points)].sort((a, b) => a - b);
}
