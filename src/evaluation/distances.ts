import type { LabelledExample, MarkedSpans } from "./mistakes.ts";

/** Relations whose two mentions stand about equally far apart. */
export interface DistanceBin {
  /** Words between the two mentions, at least and at most; null if there is no upper bound. */
  readonly from: number;
  readonly to: number | null;
  /** Relations that are annotated, that are predicted, and that are both. */
  readonly gold: number;
  readonly predicted: number;
  readonly right: number;
}

/** The least number of words of each bin: narrow where most relations are. */
const bounds = [0, 1, 3, 6, 11, 21, 51] as const;

/** An example with the label ids that it was given. */
export interface PlacedAnswer {
  readonly example: LabelledExample;
  readonly spans: MarkedSpans;
  readonly predicted: readonly number[];
}

/**
 * Counts annotated, predicted and right relations by the number of words between head and tail. Bins without any are left out;
 * examples of one mention are in none.
 */
export function countByDistance(answers: Iterable<PlacedAnswer>, noRelationId: number | null): DistanceBin[] {
  const counts = bounds.map(() => ({ gold: 0, predicted: 0, right: 0 }));
  for (const { example, spans, predicted } of answers) {
    if (!spans.tail) continue;
    const gold = example.labels.filter((label) => label !== noRelationId);
    const given = predicted.filter((label) => label !== noRelationId);
    if (gold.length + given.length === 0) continue;
    const words = wordsBetween(example.document.text, spans);
    const bin = counts[bounds.findLastIndex((bound) => words >= bound)]!;
    bin.gold += gold.length;
    bin.predicted += given.length;
    bin.right += given.filter((label) => gold.includes(label)).length;
  }
  return counts.flatMap((bin, i) => {
    const next = bounds[i + 1];
    return bin.gold + bin.predicted === 0
      ? []
      : [{ from: bounds[i]!, to: next === undefined ? null : next - 1, ...bin }];
  });
}

/** The number of words between two mentions; 0 if they touch or overlap. */
function wordsBetween(text: string, { head, tail = head }: MarkedSpans): number {
  const [first, second] = head.start <= tail.start ? [head, tail] : [tail, head];
  if (first.end >= second.start) return 0;
  return text.slice(first.end, second.start).match(/[\p{L}\p{M}\p{N}]+/gu)?.length ?? 0;
}
