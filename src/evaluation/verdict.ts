import type { Unbeaten } from "./baselines.ts";
import { fewestDocuments, type Comparison } from "./bootstrap.ts";
import { listed } from "../quote.ts";
import type { Scores } from "./scores.ts";

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
  // Of several baselines the one that is nearest says enough.
  const nearest = [...new Set(unsure.map(({ metric }) => metric))].map((metric) =>
    unsure.filter((one) => one.metric === metric).reduce((a, b) => (b.difference < a.difference ? b : a)),
  );
  const shown = nearest.map(
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

/** Relations on which a baseline is at least as good as the model, and those on which the difference may be chance. */
export function labelVerdict(
  { labels }: Comparison,
  { perLabel, noRelationId }: Pick<Scores, "perLabel" | "noRelationId">,
): string[] {
  const rated = labels.flatMap(({ id, f1, rival }) =>
    id === noRelationId || !rival || !perLabel[id] ? [] : [{ label: perLabel[id].label, f1, rival }],
  );
  const lost = rated.filter(({ rival: { difference } }) => difference <= 0);
  const unsure = rated.filter(({ rival: { difference, low } }) => difference > 0 && low <= 0);
  const show = ({ label, f1, rival: { baseline, f1: other } }: (typeof rated)[number]): string =>
    `${label} (${f1.toFixed(3)} against ${other.toFixed(3)} of ${baseline})`;
  return [
    ...(lost.length > 0 ? [`A baseline is at least as good on ${listed(lost.map(show))}.`] : []),
    ...(unsure.length > 0
      ? [`The model is better than the best baseline, but that may be chance, on ${listed(unsure.map(show))}.`]
      : []),
  ];
}

const signed = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
