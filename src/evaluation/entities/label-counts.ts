import { macroAverage, microAverage, type AverageScores, type LabelScores } from "../scores.ts";

/** Scores by label, and their averages. A ratio over nothing is 0. */
export interface SetScores {
  /** In the order of their names: every label that occurs in gold or among what was found. */
  readonly perLabel: readonly LabelScores[];
  /** Ratios of summed counts. */
  readonly micro: AverageScores;
  /** Plain means over the labels. */
  readonly macro: AverageScores;
  /** Means over the labels, each weighted by its number of gold items; 0 without gold items. */
  readonly weighted: AverageScores;
}

/** Counts items by their keys: an item that is found and is gold is right. Equal items of one text count once. */
export class LabelCounts {
  readonly #counts = new Map<string, { right: number; gold: number; found: number }>();

  /** Counts one text. @param gold, found the label of each item by the key of the item */
  add(gold: ReadonlyMap<string, string>, found: ReadonlyMap<string, string>): void {
    for (const [key, label] of gold) {
      const counts = this.#of(label);
      counts.gold++;
      if (found.has(key)) counts.right++;
    }
    for (const label of found.values()) this.#of(label).found++;
  }

  /** The scores of all texts so far. */
  scores(): SetScores {
    const names = [...this.#counts.keys()].sort();
    const perLabel = names.map((label, id): LabelScores => {
      const { right, gold, found } = this.#counts.get(label)!;
      const counts = { truePositives: right, falsePositives: found - right, falseNegatives: gold - right };
      const bare = { id, label, ...counts, support: gold, predicted: found, precision: 0, recall: 0, f1: 0 };
      return { ...bare, ...microAverage([bare]) };
    });
    return {
      perLabel,
      micro: microAverage(perLabel),
      macro: macroAverage(perLabel),
      weighted: weightedAverage(perLabel),
    };
  }

  #of(label: string): { right: number; gold: number; found: number } {
    const counts = this.#counts.get(label) ?? { right: 0, gold: 0, found: 0 };
    this.#counts.set(label, counts);
    return counts;
  }
}

function weightedAverage(labels: readonly LabelScores[]): AverageScores {
  const { support, predicted } = microAverage(labels);
  const mean = (key: "precision" | "recall" | "f1"): number =>
    support === 0 ? 0 : labels.reduce((sum, label) => sum + label[key] * label.support, 0) / support;
  return { support, predicted, precision: mean("precision"), recall: mean("recall"), f1: mean("f1") };
}
