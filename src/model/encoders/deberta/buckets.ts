import type { DebertaConfig } from "./config.ts";

/** A number of rows that depends on the length of the text: one that nothing reads, then one for each distance. */
export const rowCount = "1+words+words";

/**
 * The row of a distance in the table of relative positions. Small distances have a row each, greater ones share rows by their
 * logarithm; sums are float32, as in the original, since they are rounded up.
 * @see make_log_bucket_position of modeling_deberta_v2.py
 */
export function rowOfDistance(distance: number, { positionBuckets, maxRelativePositions }: DebertaConfig): number {
  const middle = Math.floor(positionBuckets / 2);
  const { fround, log } = Math;
  let bucket = distance;
  if (Math.abs(distance) > middle) {
    const share = fround(
      fround(log(fround(Math.abs(distance) / middle))) / fround(log(fround((maxRelativePositions - 1) / middle))),
    );
    bucket = Math.sign(distance) * (Math.ceil(fround(share * (middle - 1))) + middle);
  }
  return Math.min(Math.max(bucket + positionBuckets, 0), 2 * positionBuckets - 1);
}

/**
 * The rows of all distances of a text, [1+words+words], in the order in which `disentangledAttention` wants them: from the
 * greatest distance to the least for queries that read keys, the other way round for keys.
 */
export function distanceRows(words: number, config: DebertaConfig, order: "falling" | "rising"): Int32Array {
  return Int32Array.from({ length: 1 + 2 * words }, (_, place) =>
    rowOfDistance(order === "falling" ? words - place : place - words, config),
  );
}
