import { type Random, shuffled } from "../../random.ts";

export interface LengthGrouping {
  readonly batchSize: number;
  /** The random numbers for shuffling; if not given, the batches are the same each time, longest texts first. */
  readonly random?: Random | undefined;
}

/** Number of batches whose texts are sorted by length together: more mean less padding and less shuffling. */
const batchesPerGroup = 50;

/**
 * Cuts the indexes of `lengths` into batches of texts of similar length. With `random`, as Hugging Face's
 * `group_by_length`: the indexes are shuffled, cut into groups of 50 batches, each group is sorted by length and cut,
 * and the batches are shuffled. The batch with the longest text comes first, so that a lack of memory shows at the
 * start. Every index is in exactly one batch.
 */
export function lengthGroupedBatches(lengths: ArrayLike<number>, { batchSize, random }: LengthGrouping): number[][] {
  if (!Number.isInteger(batchSize) || batchSize < 1)
    throw new RangeError(`batches of ${batchSize} texts cannot be made`);
  const indexes = Array.from(lengths, (_, index) => index);
  const longestFirst = (group: readonly number[]): number[] => group.toSorted((a, b) => lengths[b]! - lengths[a]!);
  if (random === undefined) return chunks(longestFirst(indexes), batchSize);
  const groups = chunks(shuffled(indexes, random), batchSize * batchesPerGroup);
  const batches = shuffled(
    groups.flatMap((group) => chunks(longestFirst(group), batchSize)),
    random,
  );
  const first = batches.reduce(
    (best, batch, at) => (lengths[batch[0]!]! > lengths[batches[best]![0]!]! ? at : best),
    0,
  );
  return [...batches.splice(first, 1), ...batches];
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const result: T[][] = [];
  for (let start = 0; start < items.length; start += size) result.push(items.slice(start, start + size));
  return result;
}
