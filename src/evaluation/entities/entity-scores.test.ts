import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Entity } from "../../corpus/document.ts";
import type { AverageScores } from "../scores.ts";
import type { FoundSpans } from "./found-spans.ts";
import { overlapModes, overlapScores, overlapScoresByType, type OverlapScores } from "./overlap-scores.ts";
import { boundaryScores, strictEntityScores } from "./strict.ts";

type Span = [start: number, end: number, type: string];
type Ratios = [precision: number, recall: number, f1: number];
type Averages = [micro: Ratios, macro: Ratios, weighted: Ratios, perType: number[][]];
type Counts = [correct: number, incorrect: number, partial: number, missed: number, spurious: number];
type Case = [
  texts: [gold: Span[], found: Span[]][],
  seqeval: Averages | null,
  nervaluate: [overall: Counts, ratios: Ratios, perType: Counts[]][],
];

// Made by scripts/oracle/entity_scores.py.
const [head, ...lines] = gunzipSync(
  readFileSync(new URL("../../../test/oracle/entity-scores.json.gz", import.meta.url)),
)
  .toString("utf8")
  .trim()
  .split("\n");
const cases = lines.map((line) => JSON.parse(line) as Case);

const entity = ([start, end, type]: Span): Entity => ({ start, end, type });
const documentsOf = ([texts]: Case): FoundSpans[] =>
  texts.map(([gold, found]) => ({ gold: gold.map(entity), found: found.map(entity) }));
/** Ratios as the script stores them, in billionths. */
const stored = ({ precision, recall, f1 }: AverageScores | OverlapScores): Ratios =>
  [precision, recall, f1].map((ratio) => Math.round(ratio * 1e9)) as Ratios;
const countsOf = ({ correct, incorrect, partial, missed, spurious }: OverlapScores): Counts => [
  correct,
  incorrect,
  partial,
  missed,
  spurious,
];

/** Whether two lists of billionths are equal to the last digit but one. */
const close = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((value, i) => Math.abs(value - b[i]!) <= 1);

describe("seqeval and nervaluate", () => {
  test("5,000 cases with the versions that answered them, degenerate ones among them", () => {
    expect(JSON.parse(head!)).toEqual({ seqeval: "1.2.2", nervaluate: "1.2.1", modes: overlapModes });
    expect(cases).toHaveLength(5000);
    const having = (holds: (gold: Span[], found: Span[]) => boolean): number =>
      cases.filter(([texts]) => texts.some(([gold, found]) => holds(gold, found))).length;
    expect(cases.filter(([, seqeval]) => seqeval !== null).length).toBeGreaterThan(3000);
    expect(having((gold, found) => gold.length === 0 && found.length > 0)).toBeGreaterThan(200);
    expect(having((gold, found) => found.length === 0 && gold.length > 0)).toBeGreaterThan(200);
    expect(having((gold, found) => gold.length + found.length === 0)).toBeGreaterThan(100);
    expect(having((_, found) => new Set(found.map(String)).size < found.length)).toBeGreaterThan(100);
    expect(having((gold) => gold.some((a) => gold.some((b) => a[0] < b[0] && b[1] < a[1])))).toBeGreaterThan(200);
    expect(having((gold) => gold.some(([start, end]) => end - start > 100))).toBeGreaterThan(50);
  });

  test("strict precision, recall and F1 per type, micro, macro and weighted are seqeval's", () => {
    const wrong = cases.filter((one) => {
      const [, seqeval] = one;
      if (seqeval === null) return false;
      const { micro, macro, weighted, perLabel } = strictEntityScores(documentsOf(one));
      const [goldMicro, goldMacro, goldWeighted, [precision = [], recall = [], f1 = [], support = []]] =
        seqeval as unknown as [Ratios, Ratios, Ratios, [number[]?, number[]?, number[]?, number[]?]];
      const types = perLabel.map((scores) => [...stored(scores), scores.support]);
      return !(
        close(stored(micro), goldMicro) &&
        close(stored(macro), goldMacro) &&
        close(stored(weighted), goldWeighted) &&
        types.length === support.length &&
        types.every((type, i) => close(type, [precision[i]!, recall[i]!, f1[i]!, support[i]!]))
      );
    });
    expect(wrong).toEqual([]);
  });

  test("strict, exact, partial and type scores, over all and per type, are nervaluate's", () => {
    const wrong = cases.filter((one) => {
      const documents = documentsOf(one);
      const all = overlapScores(documents);
      const types = [...overlapScoresByType(documents).values()];
      return one[2].some(([counts, ratios, perType], i) => {
        const mode = overlapModes[i]!;
        const sameTypes = JSON.stringify(types.map((scores) => countsOf(scores[mode]))) === JSON.stringify(perType);
        return !(close(countsOf(all[mode]), counts) && close(stored(all[mode]), ratios) && sameTypes);
      });
    });
    expect(wrong).toEqual([]);
  });
});

const spans = fc.array(
  fc
    .tuple(fc.nat(12), fc.integer({ min: 1, max: 6 }), fc.constantFrom("A", "B"))
    .map(([start, length, type]): Entity => ({ start, end: start + length, type })),
  { maxLength: 8 },
);
const answers = fc.array(fc.record({ gold: spans, found: spans }), { maxLength: 4 });

describe("by their definitions", () => {
  test("every gold span is correct, incorrect, partial or missed; every found one all of these but spurious for missed", () => {
    fc.assert(
      fc.property(answers, (documents) => {
        const golds = documents.reduce((sum, { gold }) => sum + gold.length, 0);
        const founds = documents.reduce((sum, { found }) => sum + found.length, 0);
        for (const scores of Object.values(overlapScores(documents))) {
          const met = scores.correct + scores.incorrect + scores.partial;
          expect([met + scores.missed, met + scores.spurious]).toEqual([golds, founds]);
        }
      }),
    );
  });

  test("perfect answers score 1 in every way, whatever is nested or repeated, and no order of spans matters", () => {
    fc.assert(
      fc.property(spans, fc.array(fc.nat()), (gold, keys) => {
        const order = gold.map((span, i) => ({ span, key: keys[i] ?? i })).sort((a, b) => a.key - b.key);
        const documents = [{ gold, found: order.map(({ span }) => span) }];
        const expected = gold.length === 0 ? 0 : 1;
        expect(strictEntityScores(documents).micro.f1).toBe(expected);
        expect(boundaryScores(documents).f1).toBe(expected);
        expect(overlapScores(documents).strict.f1).toBe(expected);
        expect(overlapScores(documents)).toEqual(overlapScores([{ gold, found: gold }]));
      }),
    );
  });

  test("a repeated span counts once where seqeval's rule is used, and each time where nervaluate's is", () => {
    const one = { start: 0, end: 4, type: "A" };
    const documents = [{ gold: [one], found: [one, one] }];
    expect(strictEntityScores(documents).micro).toMatchObject({ precision: 1, predicted: 1 });
    expect(overlapScores(documents).strict).toMatchObject({ correct: 1, spurious: 1, precision: 0.5 });
  });

  test("a nested span with a wrong type is wrong alone, and right in its boundaries", () => {
    const outer = { start: 0, end: 9, type: "A" };
    const inner = { start: 2, end: 4, type: "A" };
    const documents = [{ gold: [outer, inner], found: [outer, { ...inner, type: "B" }] }];
    expect(strictEntityScores(documents).micro.f1).toBe(0.5);
    expect(boundaryScores(documents).f1).toBe(1);
  });
});
