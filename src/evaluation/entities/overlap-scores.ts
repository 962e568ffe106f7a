import type { Entity } from "../../corpus/document.ts";
import { inTextOrder, sameBoundaries, type FoundSpans } from "./found-spans.ts";

/**
 * The four ways in which nervaluate (and SemEval-2013 Task 9.1 before it) compares spans: `strict` wants boundaries and
 * type; `exact` boundaries; `partial` gives half a point for wrong boundaries; `type` wants the type of an overlapping span.
 */
export const overlapModes = ["strict", "exact", "partial", "type"] as const;

export type OverlapMode = (typeof overlapModes)[number];

/** Spans by the outcome of their comparison; each gold span is in one of the first four, each found one not in `missed`. */
export interface OverlapCounts {
  readonly correct: number;
  /** Compared with an overlapping gold span that is another. */
  readonly incorrect: number;
  /** Of `partial` alone: overlaps a gold span with other boundaries. */
  readonly partial: number;
  /** Gold spans that no found span was compared with. */
  readonly missed: number;
  /** Found spans that overlap no gold span that is left. */
  readonly spurious: number;
}

export interface OverlapScores extends OverlapCounts {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

type Outcome = keyof OverlapCounts;

/**
 * Scores entities as nervaluate 1.2 does. Each found span, in the order of the text, takes the first gold span left that
 * it equals, or else the first that it overlaps; of `type`, the nearest of those with its type. A gold span is taken once;
 * equal spans each count. Spans overlap if at least one percent of the gold span's characters are shared.
 * @returns scores over all types by mode
 */
export function overlapScores(documents: Iterable<FoundSpans>): Record<OverlapMode, OverlapScores> {
  const counts = Object.fromEntries(overlapModes.map((mode) => [mode, none()])) as Record<OverlapMode, MutableCounts>;
  for (const { gold, found } of documents) {
    const golds = inTextOrder(gold);
    const founds = inTextOrder(found);
    for (const mode of overlapModes) count(golds, founds, mode, counts[mode]);
  }
  return {
    strict: ratiosOf(counts.strict),
    exact: ratiosOf(counts.exact),
    partial: ratiosOf(counts.partial),
    type: ratiosOf(counts.type),
  };
}

/** The overlap scores of each type on its own, against spans of that type alone. */
export function overlapScoresByType(
  documents: readonly FoundSpans[],
): ReadonlyMap<string, Record<OverlapMode, OverlapScores>> {
  const types = new Set(documents.flatMap(({ gold, found }) => [...gold, ...found].map(({ type }) => type)));
  const of = (type: string): FoundSpans[] =>
    documents.map(({ gold, found }) => ({
      gold: gold.filter((span) => span.type === type),
      found: found.filter((span) => span.type === type),
    }));
  return new Map([...types].sort().map((type) => [type, overlapScores(of(type))]));
}

type MutableCounts = { -readonly [Key in Outcome]: number };

const none = (): MutableCounts => ({ correct: 0, incorrect: 0, partial: 0, missed: 0, spurious: 0 });

function count(gold: readonly Entity[], found: readonly Entity[], mode: OverlapMode, counts: MutableCounts): void {
  // Gold spans are sorted by start; those before `first` are all taken, so that long texts take linear time.
  const taken = new Set<number>();
  const longest = gold.reduce((most, { start, end }) => Math.max(most, end - start), 0);
  let first = 0;
  for (const span of found) {
    while (first < gold.length && (taken.has(first) || gold[first]!.start + longest <= span.start)) first++;
    const { outcome, match } = compare(span, gold, { first, taken, mode });
    counts[outcome]++;
    if (match !== undefined) taken.add(match);
  }
  counts.missed += gold.length - taken.size;
}

interface Comparing {
  /** Gold spans before this one are taken or end before all that follows. */
  readonly first: number;
  readonly taken: ReadonlySet<number>;
  readonly mode: OverlapMode;
}

/** The outcome of one found span, and the position of the gold span that it takes. */
function compare(
  span: Entity,
  gold: readonly Entity[],
  { first, taken, mode }: Comparing,
): { readonly outcome: Outcome; readonly match?: number } {
  let overlapping: number | undefined;
  let nearest: number | undefined;
  for (let i = first; i < gold.length && gold[i]!.start < span.end; i++) {
    const candidate = gold[i]!;
    if (taken.has(i) || !overlapsEnough(span, candidate)) continue;
    const isNamesake = span.type === candidate.type;
    if (mode === "type") {
      if (isNamesake && (nearest === undefined || distance(span, candidate) < distance(span, gold[nearest]!)))
        nearest = i;
      if (!isNamesake) overlapping ??= i;
      continue;
    }
    if (sameBoundaries(span, candidate) && (mode !== "strict" || isNamesake)) return { outcome: "correct", match: i };
    overlapping ??= i;
  }
  if (nearest !== undefined) return { outcome: "correct", match: nearest };
  if (overlapping === undefined) return { outcome: "spurious" };
  return { outcome: mode === "partial" ? "partial" : "incorrect", match: overlapping };
}

/** The test of nervaluate with its default of one percent, in its order of operations. */
function overlapsEnough(span: Entity, gold: Entity): boolean {
  const shared = Math.min(span.end, gold.end) - Math.max(span.start, gold.start);
  return shared > 0 && (shared / (gold.end - gold.start)) * 100 >= 1;
}

const distance = (a: Entity, b: Entity): number => Math.abs(a.start - b.start) + Math.abs(a.end - b.end);

function ratiosOf(counts: OverlapCounts): OverlapScores {
  const { correct, incorrect, partial, missed, spurious } = counts;
  const points = correct + 0.5 * partial;
  const over = (whole: number): number => (whole === 0 ? 0 : points / whole);
  const precision = over(correct + incorrect + partial + spurious);
  const recall = over(correct + incorrect + partial + missed);
  return { ...counts, precision, recall, f1: points === 0 ? 0 : (2 * precision * recall) / (precision + recall) };
}
