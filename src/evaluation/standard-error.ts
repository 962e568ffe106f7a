import { random } from "../random.ts";
import { countsByDocument, LabelTotals, type JudgedPair } from "./document-counts.ts";
import { fewestDocuments, type ResamplingOptions } from "./resamples.ts";
import type { MetricName } from "./scores.ts";

/** A standard error from so many resamples is itself right to about 7 %, and takes no time that is felt in an evaluation. */
const resamples = 100;

/**
 * The standard error of a metric by the bootstrap over documents, whose pairs are not independent.
 * @returns undefined for the loss, which is no function of counts, and where too few documents were scored
 */
export function standardErrorOf(
  pairs: readonly JudgedPair[],
  metric: MetricName,
  { labelCount, noRelationId }: ResamplingOptions,
): number | undefined {
  if (metric === "loss") return undefined;
  const counts = countsByDocument(pairs, 1, noRelationId).map(([ofModel]) => ofModel!);
  if (counts.length < fewestDocuments) return undefined;
  const totals = new LabelTotals(labelCount, noRelationId);
  const stream = random("standard error");
  const values = Array.from({ length: resamples }, () => {
    totals.clear();
    for (let i = 0; i < counts.length; i++) totals.add(counts[stream.below(counts.length)]!, 1);
    return totals.measure(metric);
  });
  const mean = values.reduce((sum, value) => sum + value, 0) / resamples;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (resamples - 1));
}
