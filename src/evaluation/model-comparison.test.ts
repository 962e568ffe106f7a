import { expect, test } from "vitest";
import type { Document } from "../corpus/document.ts";
import { pairUnit } from "../corpus/unit.ts";
import { matchJudgments, type Judgment } from "./judgments.ts";
import { holm, mcNemar } from "./mcnemar.ts";
import { compareModels } from "./model-comparison.ts";

// Values of scipy.stats.binomtest(min, sum).pvalue.
test.each([
  [3, 9, 0.14599609375],
  [0, 5, 0.0625],
  [40, 61, 0.0460441],
  [1200, 1300, 0.0476819],
])("McNemar's test of %i against %i", (first, second, p) => {
  expect(mcNemar(first, second).p).toBeCloseTo(p, 4);
});

test("nothing that differs is no difference", () => expect(mcNemar(0, 0).p).toBe(1));

test("Holm's method multiplies the least p by their number, and never puts a larger p below a smaller one", () => {
  expect(holm([0.01, 0.04, 0.03, 0.5])).toEqual([0.04, 0.09, 0.09, 0.5]);
});

const text = "Ann met Bo and Cy";
const documentOf = (id: number): Document => ({
  id: `d${id}`,
  text,
  entities: [
    { start: 0, end: 3, type: "" },
    { start: 8, end: 10, type: "" },
    { start: 15, end: 17, type: "" },
  ],
  relations: [],
});
const judged = (document: Document, tail: number, gold: string[], predicted: string[]): Judgment => ({
  document,
  spans: { head: document.entities[0]!, tail: document.entities[tail]! },
  gold,
  predicted,
  probability: 0.75,
});

/** Twenty documents: the first model finds `met` in `first` of them, the second in all; both know no `saw`. */
const documents = Array.from({ length: 20 }, (_, i) => documentOf(i));
const answersOf = (found: number): Judgment[][] =>
  documents.map((document, i) => [
    judged(document, 1, ["met"], i < found ? ["met"] : []),
    judged(document, 2, i === 0 ? ["saw"] : [], []),
  ]);

test("scores, intervals, tests and the answers that changed", () => {
  const both = matchJudgments(answersOf(8), answersOf(20));
  const { metrics, labels, mcNemar: of, changed, scores, documents: count } = compareModels(both, pairUnit, "NO_REL");
  expect(count).toBe(20);
  expect(of).toMatchObject({ onlyFirst: 0, onlySecond: 12 });
  expect(of.p).toBeCloseTo(2 * 0.5 ** 12, 10);
  expect(scores.map(({ relationMicroF1 }) => relationMicroF1)).toEqual([16 / 29, 40 / 41]);
  const micro = metrics.find(({ metric }) => metric === "relation_micro_f1")!;
  expect(micro.difference).toBeCloseTo(40 / 41 - 16 / 29, 12);
  expect(micro.low!).toBeGreaterThan(0.1);
  expect(micro.p!).toBeLessThan(0.01);
  expect(labels.map(({ label, first, second, support }) => [label, first, second, support])).toEqual([
    ["met", 16 / 28, 1, 20],
    ["saw", 0, 0, 1],
  ]);
  expect(labels[1]).toMatchObject({ p: 1, adjustedP: 1 });
  expect(changed).toHaveLength(12);
  expect(changed[0]).toMatchObject({ kind: "fixed", document: "d8", gold: ["met"], first: [], second: ["met"] });
});

test("a model against itself differs in nothing", () => {
  const {
    metrics,
    changed,
    mcNemar: of,
  } = compareModels(matchJudgments(answersOf(8), answersOf(8)), pairUnit, "NO_REL");
  expect(changed).toEqual([]);
  expect(of.p).toBe(1);
  for (const { difference, low, high, p } of metrics) expect([difference, low, high, p]).toEqual([0, 0, 0, 1]);
});

test("gold labels are those that either model was given, and a place that only one was asked about counts", () => {
  const [document] = documents as [Document];
  const first = [[judged(document, 1, ["met"], ["met"])]];
  const second = [[judged(document, 1, ["met", "saw"], ["saw"]), judged(document, 2, [], [])]];
  const both = matchJudgments(first, second);
  expect(both.map(({ gold }) => gold)).toEqual([["met", "saw"], []]);
  const { changed, resamples } = compareModels(both, pairUnit, "NO_REL");
  expect(changed).toMatchObject([{ kind: "other", first: ["met"], second: ["saw"] }]);
  expect(resamples).toBe(0);
});

test("where every place has a type, what was not found is a miss and no label of its own", () => {
  const unit = { one: "entity", many: "entities", label: "type", labels: "types" };
  const places = matchJudgments(answersOf(10), answersOf(20));
  const { metrics } = compareModels(places, unit, undefined);
  expect(metrics.map(({ metric }) => metric)).toEqual(["macro_f1", "micro_f1"]);
  expect(metrics[1]!.first).toBeCloseTo(20 / 31, 12);
});
