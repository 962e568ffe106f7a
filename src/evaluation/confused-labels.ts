import type { ConfusionMatrix } from "./confusion.ts";

/** The number of pairs of one gold label for which another label was predicted. */
export interface Confusion {
  /** Label ids. */
  readonly gold: number;
  readonly predicted: number;
  readonly count: number;
}

/** Lists every wrong cell that is not 0, the largest first, on ties in the order of the ids. */
export function confusions({ counts }: ConfusionMatrix): Confusion[] {
  const wrong: Confusion[] = [];
  for (const [gold, row] of counts.entries()) {
    for (const [predicted, count] of row.entries()) {
      if (count > 0 && gold !== predicted) wrong.push({ gold, predicted, count });
    }
  }
  return wrong.sort((a, b) => b.count - a.count);
}

/**
 * Sorts all label ids by the number of wrong pairs in gold or predictions, the most first; on ties the more frequent.
 */
export function mostConfused({ counts }: ConfusionMatrix): number[] {
  const wrong = counts.map(() => 0);
  const all = counts.map(() => 0);
  for (const [gold, row] of counts.entries()) {
    for (const [predicted, count] of row.entries()) {
      for (const id of gold === predicted ? [gold] : [gold, predicted]) {
        all[id]! += count;
        if (gold !== predicted) wrong[id]! += count;
      }
    }
  }
  return [...counts.keys()].sort((a, b) => wrong[b]! - wrong[a]! || all[b]! - all[a]! || a - b);
}

/** Keeps the labels with these ids, in the order of the ids, and merges all others into one label after them. */
export function merged({ id2label, counts }: ConfusionMatrix, ids: readonly number[]): ConfusionMatrix {
  const kept = [...ids].sort((a, b) => a - b);
  const rest = id2label.length - kept.length;
  if (rest === 0) return { id2label, counts };
  const position = new Map(kept.map((id, i) => [id, i]));
  const others = kept.length;
  const summed = Array.from({ length: others + 1 }, () => Array.from({ length: others + 1 }, () => 0));
  for (const [gold, row] of counts.entries()) {
    const sums = summed[position.get(gold) ?? others]!;
    for (const [predicted, count] of row.entries()) if (count > 0) sums[position.get(predicted) ?? others]! += count;
  }
  return { id2label: [...kept.map((id) => id2label[id]!), `${rest} others`], counts: summed };
}
