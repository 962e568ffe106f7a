import { countedAgainst } from "./confusion.ts";
import type { MetricName } from "./scores.ts";

/** The gold labels of one pair, and the labels that each system predicted, in the order of the systems. */
export interface JudgedPair {
  readonly document: unknown;
  readonly gold: readonly number[];
  readonly predicted: readonly (readonly number[])[];
  /** Number of pairs with these labels; 1 if not given. */
  readonly count?: number;
}

/** The counts of a document for one system: label id, right, gold and predicted, for each label that occurs. */
export type LabelCounts = readonly number[];

/** A number computed from summed counts: a metric, or the F1 of the label with this id. */
export type Measure = MetricName | number;

/** Counts of each document, by system. */
export function countsByDocument(
  pairs: readonly JudgedPair[],
  systems: number,
  noRelationId: number,
): (readonly LabelCounts[])[] {
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

/** Weighted sums of counts of documents, and the scores computed from them, which are those of `scoresOf`. */
export class LabelTotals {
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

  add(counts: LabelCounts, weight: number): void {
    if (weight === 0) return;
    for (let i = 0; i < counts.length; i += 4) {
      const label = counts[i]!;
      this.#right[label]! += weight * counts[i + 1]!;
      this.#gold[label]! += weight * counts[i + 2]!;
      this.#predicted[label]! += weight * counts[i + 3]!;
    }
  }

  measure(measure: Measure): number {
    return typeof measure === "number" ? this.#f1(measure) : this.#score(measure);
  }

  #f1(label: number): number {
    return ratio(2 * this.#right[label]!, this.#gold[label]! + this.#predicted[label]!);
  }

  #score(metric: MetricName): number {
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
    if (metric === "macro_f1" || metric === "relation_macro_f1") return ratio(f1, occurring);
    return metric === "accuracy" ? ratio(right, gold) : ratio(2 * right, size);
  }
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
