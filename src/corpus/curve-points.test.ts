import { expect, test } from "vitest";
import type { Document } from "./document.ts";
import { pointsOf } from "./curve-points.ts";

const documents = (count: number, entities: number): Document[] =>
  Array.from({ length: count }, (_, i) => ({
    id: String(i),
    text: "a b c",
    entities: Array.from({ length: entities }, (__, at) => ({ start: at, end: at + 1, type: "" })),
    relations: [],
  }));

test("the usual points are those that there are documents for, and all", () => {
  expect(pointsOf(undefined, documents(288, 5))).toEqual([5, 10, 20, 50, 100, 288]);
  expect(pointsOf(undefined, documents(100, 5))).toEqual([5, 10, 20, 50, 100]);
  expect(pointsOf(undefined, documents(3, 5))).toEqual([3]);
});

test("where a document holds one pair there are more of them", () => {
  expect(pointsOf(undefined, documents(6400, 2))).toEqual([50, 100, 200, 500, 1000, 6400]);
  expect(pointsOf(undefined, [...documents(900, 2), ...documents(100, 4)])).toEqual([50, 100, 200, 500, 1000]);
  expect(pointsOf(undefined, [...documents(80, 2), ...documents(20, 4)])).toEqual([5, 10, 20, 50, 100]);
});

test("points that are named stand in order, once each", () => {
  expect(pointsOf("40,all,10,40", documents(288, 5))).toEqual([10, 40, 288]);
  expect(() => pointsOf("300,all", documents(288, 5))).toThrow("288 documents are not held out, and 300 are more");
});
