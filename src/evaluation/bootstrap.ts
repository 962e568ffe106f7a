import { random } from "../random.ts";
import { countedAgainst } from "./confusion.ts";
import type { MetricName } from "./scores.ts";

/**
 * The difference between a model and a baseline on one metric, with the interval of 95 % of the resampled differences.
 */
export interface DifferenceInterval {
  readonly baseline: string;
  readonly metric: MetricName;
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

/** A model compared with baselines on the same documents by the paired bootstrap (Efron and Tibshirani 1993). */
export interface Comparison {
  readonly documents: number;
  /** 0 if there are too few documents to decide anything. */
  readonly resamples: number;
  readonly intervals: readonly DifferenceInterval[];
}

/** The gold labels of one pair, and the labels that each system predicted, in the order of the systems. */
export interface JudgedPair {
  readonly document: unknown;
  readonly gold: readonly number[];
  readonly predicted: readonly (readonly number[])[];
  /** Number of pairs with these labels; 1 if not given. */
  readonly count?: number;
}

/**
 * Fewest documents: with fewer, even a model that is better on all of them may be so by chance, since 2 × 0.5⁵ > 0.05.
 */
export const fewestDocuments = 6;

const mostResamples = 1000;
const fewestResamples = 200;

/** Most additions in all resamples together: some seconds of work. */
const mostAdditions = 400_000_000;

/**
 * Computes intervals of the differences between the first system, the model, and each baseline. Documents are resampled
 * with replacement, since the pairs of one document are not independent; metrics are those of `scoresOf`.
 * @param baselines names of the systems after the first
 */
export function compareByDocument(
  pairs: readonly JudgedPair[],
  baselines: readonly string[],
  metrics: readonly MetricName[],
  { labelCount, noRelationId }: { readonly labelCount: number; readonly noRelationId: number },
): Comparison {
  const counts = countsByDocument(pairs, baselines.length + 1, noRelationId);
  const documents = counts.length;
  if (documents < fewestDocuments || baselines.length === 0) return { documents, resamples: 0, intervals: [] };

  const additions = counts.reduce((sum, systems) => sum + systems.reduce((all, of) => all + of.length, 0), 0);
  const resamples = Math.max(
    fewestResamples,
    Math.min(mostResamples, Math.floor(mostAdditions / Math.max(1, additions))),
  );
  const totals = new LabelTotals(labelCount, noRelationId);
  const weights = new Int32Array(documents);
  const scoresOfAll = (): number[][] =>
    Array.from({ length: baselines.length + 1 }, (_, system) => {
      totals.clear();
      for (const [document, systems] of counts.entries()) totals.add(systems[system]!, weights[document]!);
      return metrics.map((metric) => totals.score(metric));
    });

  weights.fill(1);
  const whole = scoresOfAll();
  const stream = random("bootstrap");
  const drawn = baselines.map(() => metrics.map(() => new Float64Array(resamples)));
  for (let resample = 0; resample < resamples; resample++) {
    weights.fill(0);
    for (let i = 0; i < documents; i++) weights[stream.below(documents)]!++;
    const [model, ...others] = scoresOfAll();
    for (const [b, other] of others.entries()) {
      for (const m of metrics.keys()) drawn[b]![m]![resample] = model![m]! - other[m]!;
    }
  }
  const intervals = baselines.flatMap((baseline, b) =>
    metrics.map((metric, m): DifferenceInterval => {
      const sorted = drawn[b]![m]!.sort();
      const at = (share: number): number => sorted[Math.round(share * (resamples - 1))]!;
      return { baseline, metric, difference: whole[0]![m]! - whole[b + 1]![m]!, low: at(0.025), high: at(0.975) };
    }),
  );
  return { documents, resamples, intervals };
}

/** Counts by document and system: label id, right, gold and predicted for each label that occurs. */
function countsByDocument(pairs: readonly JudgedPair[], systems: number, noRelationId: number): number[][][] {
  const byDocument = new Map<unknown, Map<number, [right: number, gold: number, predicted: number]>[]>();
  for (const { document, gold, predicted, count: times = 1 } of pairs) {
    let ofDocument = byDocument.get(document);
    if (!ofDocument) byDocument.set(document, (ofDocument = Array.from({ length: systems }, () => new Map())));
    for (const [system, labels] of predicted.entries()) {
      const counts = ofDocument[system]!;
      const of = (label: number): [number, number, number] => {
        let count = counts.get(label);
        if (!count) counts.set(label, (count = [0, 0, 0]));
        return count;
      };
      for (const [one, other] of countedAgainst(gold, labels, noRelationId)) {
        if (one === other) of(one)[0] += times;
        of(one)[1] += times;
        of(other)[2] += times;
      }
    }
  }
  return [...byDocument.values()].map((systems) =>
    systems.map((counts) => [...counts].flatMap(([label, numbers]) => [label, ...numbers])),
  );
}

/** Weighted counts of a resample, and the scores computed from them. */
class LabelTotals {
  readonly #right: Float64Array;
  readonly #gold: Float64Array;
  readonly #predicted: Float64Array;
  readonly #none: number;

  constructor(labelCount: number, noRelationId: number) {
    this.#right = new Float64Array(labelCount);
    this.#gold = new Float64Array(labelCount);
    this.#predicted = new Float64Array(labelCount);
    this.#none = noRelationId;
  }

  clear(): void {
    for (const counts of [this.#right, this.#gold, this.#predicted]) counts.fill(0);
  }

  add(counts: readonly number[], weight: number): void {
    if (weight === 0) return;
    for (let i = 0; i < counts.length; i += 4) {
      const label = counts[i]!;
      this.#right[label]! += weight * counts[i + 1]!;
      this.#gold[label]! += weight * counts[i + 2]!;
      this.#predicted[label]! += weight * counts[i + 3]!;
    }
  }

  score(metric: MetricName): number {
    const isOfRelations = metric === "relation_macro_f1" || metric === "relation_micro_f1";
    let [right, size, f1, occurring, gold] = [0, 0, 0, 0, 0];
    for (let label = 0; label < this.#gold.length; label++) {
      const both = this.#gold[label]! + this.#predicted[label]!;
      if (both === 0 || (isOfRelations && label === this.#none)) continue;
      right += this.#right[label]!;
      gold += this.#gold[label]!;
      size += both;
      f1 += (2 * this.#right[label]!) / both;
      occurring++;
    }
    const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
    if (metric === "macro_f1" || metric === "relation_macro_f1") return ratio(f1, occurring);
    return metric === "accuracy" ? ratio(right, gold) : ratio(2 * right, size);
  }
}
