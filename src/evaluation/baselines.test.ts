import { expect, test } from "vitest";
import type { PairExample } from "../corpus/pairs.ts";
import {
  type Baseline,
  bestOf,
  compareWithBaselines,
  baselinesOf,
  learnBaselines,
  type Unbeaten,
} from "./baselines.ts";
import { confusionOf } from "./confusion.ts";
import { scoresOf } from "./scores.ts";

const example = (head: string, tail: string, label: number): PairExample => ({
  id: `${head}-${tail}`,
  document: {
    id: "d",
    text: "ab",
    entities: [
      { start: 0, end: 1, type: tail },
      { start: 1, end: 2, type: head },
    ],
    relations: [],
  },
  head: 1,
  tail: 0,
  label,
  labels: [label],
});

const single = { noRelationId: 0, multiLabel: false };
const opened = (training: readonly PairExample[], labelCount: number): Baseline[] =>
  baselinesOf(learnBaselines(training, labelCount, single), 0);

const [majority, typePair] = opened(
  [
    ...Array.from({ length: 5 }, () => example("WHO", "WHO", 0)),
    ...Array.from({ length: 3 }, () => example("WHO", "DO", 2)),
    example("WHO", "DO", 0),
    example("DO", "TIME", 3),
    example("DO", "TIME", 1),
  ],
  4,
);

test("majority gives every pair the most frequent label", () => {
  expect(majority!.name).toBe("majority");
  expect(majority!.predict(example("DO", "TIME", 3))).toEqual([0]);
});

test("type pair knows direction, breaks ties to the smaller id, and falls back to majority", () => {
  expect(typePair!.name).toBe("type pair");
  expect(typePair!.predict(example("WHO", "DO", 0))).toEqual([2]);
  expect(typePair!.predict(example("DO", "TIME", 0))).toEqual([1]);
  expect(typePair!.predict(example("DO", "WHO", 2))).toEqual([0]);
  expect(typePair!.predict(example("WHO", "WHO", 3))).toEqual([0]);
});

test("the majority may be a relation", () => {
  const [most, types] = opened([example("A", "B", 0), example("A", "C", 1), example("A", "C", 1)], 2);
  expect(most!.predict(example("A", "B", 0))).toEqual([1]);
  expect(types!.predict(example("A", "B", 1))).toEqual([0]);
  expect(types!.predict(example("C", "A", 0))).toEqual([1]);
});

test("two types that read alike when joined stay apart", () => {
  const [, types] = opened([example("A B", "C", 1), example("A", "B C", 0)], 2);
  expect(types!.predict(example("A B", "C", 0))).toEqual([1]);
});

test("the look-up of types, order and distance; a folder from before it has two baselines", () => {
  const table = learnBaselines([example("A", "B", 1), example("A", "A", 0)], 2, single);
  const all = baselinesOf(table, 0);
  expect(all.map(({ name }) => name)).toEqual(["majority", "type pair", "type relation", "look-up", "nearest"]);
  expect(all[3]!.predict(example("A", "B", 0))).toEqual([1]);
  expect(all[3]!.predict(example("A", "A", 1))).toEqual([0]);
  const old = { majority: table.majority, typePairs: table.typePairs, pairs: table.pairs };
  expect(baselinesOf(old, 0)).toHaveLength(2);
});

test("type relation gives the most frequent relation of two types, however rare, and else none", () => {
  const rare = [...Array.from({ length: 9 }, () => example("A", "B", 0)), example("A", "B", 2), example("A", "C", 0)];
  const [, pair, relation] = opened(rare, 3);
  expect(pair!.predict(example("A", "B", 2))).toEqual([0]);
  expect(relation!.predict(example("A", "B", 0))).toEqual([2]);
  expect(relation!.predict(example("A", "C", 0))).toEqual([0]);
  expect(relation!.predict(example("C", "A", 0))).toEqual([0]);
});

test("of the baselines that are not beaten the best on each metric is told", () => {
  const one = (baseline: string, score: number): Unbeaten => ({
    baseline,
    metric: "accuracy",
    model: 0,
    score,
    sentence: "",
  });
  expect(bestOf([one("a", 0.1), one("b", 0.3), one("c", 0.2)]).map(({ baseline }) => baseline)).toEqual(["b"]);
});

test("nothing to learn from, and labels that do not exist, are told", () => {
  expect(() => learnBaselines([], 2, single)).toThrow(/expected training pairs/);
  expect(() => learnBaselines([example("A", "B", 2)], 2, single)).toThrow(/A-B: label id 2/);
});

test("the comparison lists what the model does not beat, in a sentence each", () => {
  const gold = [0, 0, 0, 1];
  const scores = (predicted: number[], loss?: number) =>
    scoresOf(confusionOf(gold, predicted, ["NO_REL", "R"]), { loss });
  const model = scores([0, 1, 1, 1], 0.7);
  const baselines = [{ name: "majority", scores: scores([0, 0, 0, 0]) }];
  const unbeaten = compareWithBaselines(model, baselines, ["accuracy", "relation_micro_f1", "loss"]);
  expect(unbeaten).toEqual([
    {
      baseline: "majority",
      metric: "accuracy",
      model: 0.5,
      score: 0.75,
      sentence: "The model does not beat the majority baseline on accuracy: 0.500 against 0.750.",
    },
  ]);
  expect(compareWithBaselines(model, [{ name: "twin", scores: model }], ["loss"])[0]!.sentence).toBe(
    "The model only equals the twin baseline on loss: 0.700 against 0.700.",
  );
});
