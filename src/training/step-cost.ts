import { random } from "../random.ts";
import { lengthGroupedBatches } from "../tokenization/inputs/length-batches.ts";
import type { LoopSettings } from "./loop-settings.ts";

/**
 * The work of a batch, in units of its own: a token is multiplied by 12 h² weights a layer, and attends to all tokens of
 * its padded text, 2 h multiplications each, so that a text of `words` tokens costs words · (6 h + words).
 */
export const batchCost = (texts: number, words: number, hidden: number): number => texts * words * (6 * hidden + words);

const costOf = (batches: readonly (readonly number[])[], lengths: ArrayLike<number>, hidden: number): number =>
  batches.reduce(
    (sum, batch) => sum + batchCost(batch.length, Math.max(...batch.map((index) => lengths[index]!)), hidden),
    0,
  );

/** The mean work of a training step, by the batches of the first epoch. */
export function meanStepCost(
  lengths: ArrayLike<number>,
  { batchSize, seed }: Pick<LoopSettings, "batchSize" | "seed">,
  hidden: number,
): number {
  const batches = lengthGroupedBatches(lengths, { batchSize, random: random(seed, "order", 0) });
  return costOf(batches, lengths, hidden) / Math.max(1, batches.length);
}

/** The work of scoring texts of these lengths once. */
export const scoringCost = (lengths: ArrayLike<number>, batchSize: number, hidden: number): number =>
  costOf(lengthGroupedBatches(lengths, { batchSize }), lengths, hidden);

/** Work that was done, and the time that it took. */
export interface Measured {
  readonly cost: number;
  readonly seconds: number;
}

/**
 * Fits seconds = fixed + rate · cost by least squares, both at least 0: updating the weights takes its time however short
 * the texts are. Steps of one length show the rate alone.
 */
export function fitSeconds(measured: readonly Measured[]): (cost: number) => number {
  const mean = (of: (one: Measured) => number): number =>
    measured.reduce((sum, one) => sum + of(one), 0) / Math.max(1, measured.length);
  const [cost, seconds] = [mean((one) => one.cost), mean((one) => one.seconds)];
  const spread = mean((one) => (one.cost - cost) ** 2);
  const slope = spread > 0 ? mean((one) => (one.cost - cost) * (one.seconds - seconds)) / spread : Infinity;
  const rate = Math.min(Math.max(0, slope), cost > 0 ? seconds / cost : 0);
  const fixed = seconds - rate * cost;
  return (other) => fixed + rate * other;
}
