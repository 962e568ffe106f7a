import type { ConfusionMatrix } from "./confusion.ts";

/** So many pairs of one label that were given another. */
export interface Confusion {
  /** Label ids. */
  readonly gold: number;
  readonly predicted: number;
  readonly count: number;
}

/** Every wrong cell that is not 0, the largest first, equals in the order of their ids. */
export function confusions({ counts }: ConfusionMatrix): Confusion[] {
  const wrong: Confusion[] = [];
  for (const [gold, row] of counts.entries()) {
    for (const [predicted, count] of row.entries()) {
      if (count > 0 && gold !== predicted) wrong.push({ gold, predicted, count });
    }
  }
  return wrong.sort((a, b) => b.count - a.count);
}

/** Ids of all labels, those with the most wrong pairs first, in gold or predictions; of equals the more frequent first. */
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

/** The labels with these ids in the order of the ids, and after them one label for all others, if there are any. */
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
