import { expect, test } from "vitest";
import { orderOf, type Waiting } from "./order.ts";

const document = (text: string, ...tops: number[]): Waiting => ({
  text,
  pairs: tops.map((top) => ({ label: top > 0.5 ? "NO_REL" : "A", probabilities: { NO_REL: top, A: 1 - top, B: 0 } })),
});
const options = { noRelationLabel: "NO_REL", counts: new Map([["A", 100]]), done: [] };
const indices = (waiting: Waiting[], more = {}): number[] =>
  orderOf(waiting, { ...options, ...more }).map(({ index }) => index);

test("documents that the model is unsure of come first", () => {
  expect(indices([document("sure one", 0.99), document("doubt two", 0.5), document("some three", 0.8)])).toEqual([
    1, 2, 0,
  ]);
});

test("a long document is not uncertain by its many easy pairs", () => {
  const long = document("many easy ones", ...Array.from({ length: 200 }, () => 0.98));
  expect(indices([long, document("few hard", 0.5, 0.55, 0.6)])).toEqual([1, 0]);
});

test("relations that were seldom annotated come before common ones", () => {
  const rare: Waiting = { text: "rare", pairs: [{ label: "B", probabilities: { NO_REL: 0.1, A: 0, B: 0.9 } }] };
  const common: Waiting = { text: "common", pairs: [{ label: "A", probabilities: { NO_REL: 0.1, A: 0.9, B: 0 } }] };
  expect(indices([common, rare])).toEqual([1, 0]);
});

test("of equal texts one comes first, and the other after what is new", () => {
  const waiting = [
    document("the very same words", 0.6),
    document("the very same words", 0.6),
    document("quite other", 0.7),
  ];
  expect(indices(waiting)).toEqual([0, 2, 1]);
  expect(indices(waiting, { done: ["the very same words"] })[0]).toBe(2);
});

test("every document has one place, however few are chosen with regard to each other", () => {
  const waiting = Array.from({ length: 30 }, (_, i) => document(`text ${i}`, (i % 7) / 7));
  expect(indices(waiting, { first: 5 }).sort((a, b) => a - b)).toEqual([...waiting.keys()]);
});
