import { expect, test } from "vitest";
import type { Document } from "../corpus/document.ts";
import type { PairExample } from "../corpus/pairs.ts";
import { learnNearest, openNearest } from "./nearest-baseline.ts";

/** A document with one entity for each letter, at its place; its pairs have the labels given as `head,tail`. */
function pairsOf(id: string, types: string, labels: Readonly<Record<string, number>>): PairExample[] {
  const entities = Array.from(types).flatMap((type, at) => (type === " " ? [] : [{ start: at, end: at + 1, type }]));
  const document: Document = { id, text: types, entities, relations: [] };
  return entities.flatMap((_, head) =>
    entities.flatMap((_, tail): PairExample[] => {
      const label = labels[`${head},${tail}`] ?? 0;
      return head === tail ? [] : [{ id: `${id}-${head}-${tail}`, document, head, tail, label, labels: [label] }];
    }),
  );
}

const found = (pairs: readonly PairExample[], table: ReturnType<typeof learnNearest>): string[] => {
  const nearest = openNearest(table!);
  return pairs.flatMap((pair) => nearest(pair).map((label) => `${pair.head},${pair.tail} ${label}`));
};

// Each date (D) belongs to the nearest paper (P); a paper may have several dates.
const training = [
  pairsOf("a", "D P    P D", { "0,1": 1, "3,2": 1 }),
  pairsOf("b", "P D   D P", { "1,0": 1, "2,3": 1 }),
  pairsOf("c", "PD D    P", { "1,0": 1, "2,0": 1 }),
].flat();

test("joins each entity to the nearest of the other type, on both sides of it and at its own place", () => {
  const table = learnNearest(training, 0);
  expect(table!.rules).toEqual([[1, "head", "D", "P", 1]]);
  expect(found(pairsOf("new", "P   D PP D", {}), table)).toEqual(["1,2 1", "4,3 1"]);
  expect(found(pairsOf("none", "D D", {}), table)).toEqual([]);
});

test("the gold labels of the pairs that are asked about change nothing", () => {
  const table = learnNearest(training, 0);
  expect(found(pairsOf("x", "P D", { "0,1": 1 }), table)).toEqual(found(pairsOf("x", "P D", {}), table));
});

test("of ties the earlier is nearest, also one that ends last before", () => {
  const table = learnNearest(training, 0);
  expect(found(pairsOf("tie", "P D P", {}), table)).toEqual(["1,0 1"]);
});

test("a relation that joins many to many has no rule", () => {
  const all = { "0,1": 1, "0,3": 1, "2,1": 1, "2,3": 1 };
  expect(learnNearest(pairsOf("m", "D P D P", all), 0)).toBeUndefined();
});

test("rules that are wrong more often than they help are left out", () => {
  // Of ten dates one belongs to the nearest paper; one name (N) always belongs to the nearest paper.
  const rare = Array.from({ length: 10 }, (_, i) => pairsOf(`r${i}`, "D P", i === 0 ? { "0,1": 1 } : {}));
  const sure = Array.from({ length: 10 }, (_, i) => pairsOf(`s${i}`, "N P", { "0,1": 2 }));
  expect(learnNearest([...rare, ...sure].flat(), 0)!.rules.map(([label]) => label)).toEqual([2]);
});
