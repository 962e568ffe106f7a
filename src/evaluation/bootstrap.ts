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

/** A model, and its comparison with baselines on the same documents by the paired bootstrap (Efron and Tibshirani 1993). */
export interface Comparison {
  readonly documents: number;
  /** 0 if there are too few documents to decide anything. */
  readonly resamples: number;
  /** The scores of the model; empty if there are too few documents. */
  readonly scores: readonly ScoreInterval[];
  readonly intervals: readonly DifferenceInterval[];
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
  const resamples = new Resamples(pairs, baselines.length + 1, metrics, options);
  const size = { documents: resamples.documents, resamples: resamples.resamples };
  if (size.resamples === 0) return { ...size, scores: [], intervals: [] };
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
  };
}
