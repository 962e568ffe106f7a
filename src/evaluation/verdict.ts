import type { Unbeaten } from "./baselines.ts";
import { fewestDocuments, type Comparison } from "./bootstrap.ts";

/**
 * Writes one sentence on whether a model beats every baseline beyond chance, if all its scores are higher; undefined if
 * not, since `unbeaten` then lists the metrics on which it does not.
 */
export function verdictOn(
  unbeaten: readonly Unbeaten[],
  { documents, resamples, intervals }: Comparison,
): { readonly isSure: boolean; readonly sentence: string } | undefined {
  if (unbeaten.length > 0) return undefined;
  if (resamples === 0) {
    const found = documents === 1 ? "one document is" : `${documents} documents are`;
    return {
      isSure: false,
      sentence: `The model scores higher than every baseline, but ${found} too few to say that it beats them: ${fewestDocuments} at least.`,
    };
  }
  const unsure = intervals.filter(({ low }) => low <= 0);
  if (unsure.length === 0) {
    return {
      isSure: true,
      sentence:
        `The model beats every baseline on ${[...new Set(intervals.map(({ metric }) => metric))].join(", ")}: each 95 % interval of the difference is above 0 ` +
        `(bootstrap of ${documents} documents, ${resamples} resamples).`,
    };
  }
  const shown = unsure.map(
    ({ baseline, metric, difference, low, high }) =>
      `${metric} to ${baseline} (${signed(difference)}, ${signed(low)} to ${signed(high)})`,
  );
  return {
    isSure: false,
    sentence:
      `The model scores higher than every baseline, but on these ${documents} documents that may be chance: the 95 % interval ` +
      `of the difference reaches 0 on ${shown.join(", ")}.`,
  };
}

const signed = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
