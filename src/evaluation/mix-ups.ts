import { confusions } from "./confused-labels.ts";
import type { ConfusionMatrix } from "./confusion.ts";

/** Two labels that are taken for each other, with a sentence on how often. */
export interface MixUp {
  readonly labels: readonly [string, string];
  readonly text: string;
}

/** The least number, and the least share of the annotated, that are called a mix-up rather than a slip. */
const least = { count: 3, share: 0.03 };

/**
 * Lists labels that are taken for each other, the most frequent first. Both directions are one entry.
 * @param nothing the label that means that nothing holds: to miss something is no mix-up
 */
export function mixUps(confusion: ConfusionMatrix, nothing: string | undefined): MixUp[] {
  const { id2label, counts } = confusion;
  const sums = counts.map((row) => row.reduce((sum, count) => sum + count, 0));
  const known = new Map<string, { first: number; second: number; there: number; back: number }>();
  for (const { gold, predicted, count } of confusions(confusion)) {
    if (id2label[gold] === nothing || id2label[predicted] === nothing) continue;
    const other = known.get(`${predicted} ${gold}`);
    if (other) other.back = count;
    else known.set(`${gold} ${predicted}`, { first: gold, second: predicted, there: count, back: 0 });
  }
  return [...known.values()]
    .filter(({ first, second, there, back }) => {
      const share = (there + back) / Math.max(1, Math.min(sums[first]!, sums[second]! || sums[first]!));
      return there + back >= least.count && share >= least.share;
    })
    .sort((a, b) => b.there + b.back - (a.there + a.back))
    .map(({ first, second, there, back }) => {
      const [one, two] = [id2label[first]!, id2label[second]!];
      const forth = `${there} of ${sums[first]!} ${one} are called ${two}`;
      return {
        labels: [one, two],
        text: back === 0 ? forth : `${forth}, ${back} of ${sums[second]!} the other way round`,
      };
    });
}
