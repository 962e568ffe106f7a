import type { Step } from "./training-session.ts";

/**
 * The processes that train one model together (data parallelism), as one of them sees them. Each computes the gradients of
 * its share of a batch; all of them take the same step on the sum, so that their weights stay equal to the bit.
 */
export interface RankGroup {
  /** The number of this process, from 0: 0 is the root, which evaluates and writes. */
  readonly rank: number;
  /** The number of processes: the world size. */
  readonly size: number;
  /**
   * Adds loss and gradients of all ranks, in an order that is fixed, so that each gets the same bits (an all-reduce).
   * Returns undefined, at every rank, if one of them gives none, since it is to stop.
   * @throws RankLostError if a rank has ended or is silent
   */
  sum(step: Step | undefined): Promise<Step | undefined>;
  /** Returns the number that the root computes, at every rank (a broadcast). @throws RankLostError */
  fromRoot(compute: () => Promise<number>): Promise<number>;
}

/** The part of a batch that a rank computes: contiguous, and of two ranks' numbers at most one apart; it may be empty. */
export function shareOf(
  indices: readonly number[],
  { rank, size }: Pick<RankGroup, "rank" | "size">,
): { readonly own: readonly number[]; readonly before: readonly number[] } {
  const [from, to] = [rank, rank + 1].map((i) => Math.floor((i * indices.length) / size)) as [number, number];
  return { own: indices.slice(from, to), before: indices.slice(0, from) };
}

/** The rank that computes a micro-batch, if there is a whole number of them for each rank: neighbours stay together. */
export const rankOfPart = (part: number, parts: number, { size }: Pick<RankGroup, "size">): number =>
  Math.floor((part * size) / parts);
