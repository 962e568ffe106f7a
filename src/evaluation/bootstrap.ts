import type { JudgedPair } from "./document-counts.ts";
import { Resamples, type ResamplingOptions } from "./resamples.ts";
import type { MetricName } from "./scores.ts";

export { fewestDocuments } from "./resamples.ts";
export type { JudgedPair } from "./document-counts.ts";

/** A score of the model, with the interval that covers the score on all such documents in 95 % of samples. */
export interface ScoreInterval {
  readonly metric: MetricName;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** The difference between a model and a baseline on one metric, with its 95 % interval. */
export interface DifferenceInterval {
  readonly baseline: string;
  readonly metric: MetricName;
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

/** The F1 of one label, with its 95 % interval, beside the baseline that is best on this label. */
export interface LabelInterval {
  readonly id: number;
  readonly f1: number;
  readonly low: number;
  readonly high: number;
  /** Absent if no baseline is right once. */
  readonly rival?: RivalOfLabel;
}

/** The F1 of a baseline on a label, and the model's difference to it, with its 95 % interval. */
export interface RivalOfLabel {
  readonly baseline: string;
  readonly f1: number;
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

/** Most labels with an interval: of more, the most frequent. */
const mostLabels = 300;

/** A model, and its comparison with baselines on the same documents by the paired bootstrap (Efron and Tibshirani 1993). */
export interface Comparison {
  readonly documents: number;
  /** 0 if there are too few documents to decide anything. */
  readonly resamples: number;
  /** The scores of the model; empty if there are too few documents. */
  readonly scores: readonly ScoreInterval[];
  readonly intervals: readonly DifferenceInterval[];
  /** Labels that occur in gold or in the model's answers. */
  readonly labels: readonly LabelInterval[];
}

/**
 * Computes intervals of the scores of the first system, the model, and of its differences to each baseline. Documents
 * are resampled; metrics are those of `scoresOf`.
 * @param baselines names of the systems after the first
 */
export function compareByDocument(
  pairs: readonly JudgedPair[],
  baselines: readonly string[],
  metrics: readonly MetricName[],
  options: ResamplingOptions,
): Comparison {
  const labels = occurringLabels(pairs);
  const resamples = new Resamples(pairs, baselines.length + 1, [...metrics, ...labels], options);
  const size = { documents: resamples.documents, resamples: resamples.resamples };
  if (size.resamples === 0) return { ...size, scores: [], intervals: [], labels: [] };
  return {
    ...size,
    scores: metrics.map((metric, m) => {
      const { low, high } = resamples.interval(0, m);
      return { metric, value: resamples.value(0, m), low, high };
    }),
    intervals: baselines.flatMap((baseline, b) =>
      metrics.map((metric, m): DifferenceInterval => {
        const { low, high } = resamples.interval(0, m, b + 1);
        return { baseline, metric, difference: resamples.value(0, m) - resamples.value(b + 1, m), low, high };
      }),
    ),
    labels: labels.map((id, i) => labelInterval(resamples, id, metrics.length + i, baselines)),
  };
}

/** The ids of the labels in gold and in the model's answers, sorted; of too many the most frequent. */
function occurringLabels(pairs: readonly JudgedPair[]): number[] {
  const counts = new Map<number, number>();
  for (const { gold, predicted } of pairs)
    for (const label of [...gold, ...predicted[0]!]) counts.set(label, (counts.get(label) ?? 0) + 1);
  const ranked = [...counts].sort(([a, m], [b, n]) => n - m || a - b);
  return ranked
    .slice(0, mostLabels)
    .map(([label]) => label)
    .sort((a, b) => a - b);
}

function labelInterval(resamples: Resamples, id: number, measure: number, baselines: readonly string[]): LabelInterval {
  const { low, high } = resamples.interval(0, measure);
  const own = { id, f1: resamples.value(0, measure), low, high };
  const scores = baselines.map((_, b) => resamples.value(b + 1, measure));
  const best = scores.indexOf(Math.max(0, ...scores));
  const f1 = scores[best] ?? 0;
  if (f1 === 0) return own;
  const difference = resamples.interval(0, measure, best + 1);
  const rival = { baseline: baselines[best]!, f1, difference: own.f1 - f1, low: difference.low, high: difference.high };
  return { ...own, rival };
}
