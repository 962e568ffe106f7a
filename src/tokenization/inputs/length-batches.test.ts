import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { random } from "../../random.ts";
import { lengthGroupedBatches } from "./length-batches.ts";

/** Words as long as in relation data: many texts of 20 to 60 tokens, few of 200. */
const lengths = (count: number): number[] => {
  const stream = random("lengths", count);
  return Array.from({ length: count }, () => Math.round(12 + Math.exp(3.3 + 0.6 * stream.normal())));
};

/** The share of the tokens of all padded batches that are padding. */
function paddingShare(batches: number[][], of: number[]): number {
  const padded = batches.reduce((sum, batch) => sum + batch.length * Math.max(...batch.map((i) => of[i]!)), 0);
  return 1 - of.reduce((sum, length) => sum + length, 0) / padded;
}

test("every index stands in exactly one batch, and only one batch is not full", () => {
  const cases = fc.tuple(
    fc.array(fc.nat(40), { maxLength: 300 }),
    fc.integer({ min: 1, max: 20 }),
    fc.boolean(),
    fc.nat(),
  );
  fc.assert(
    fc.property(cases, ([of, batchSize, shuffle, seed]) => {
      const batches = lengthGroupedBatches(of, { batchSize, random: shuffle ? random(seed) : undefined });
      expect(batches.flat().sort((a, b) => a - b)).toEqual([...of.keys()]);
      expect(batches).toHaveLength(Math.ceil(of.length / batchSize));
      expect(batches.filter(({ length }) => length < batchSize).length).toBeLessThanOrEqual(1);
      expect(Math.max(...(batches[0] ?? []).map((i) => of[i]!))).toBe(Math.max(...of));
    }),
  );
});

describe("1,200 texts in batches of 16", () => {
  const of = lengths(1200);
  const batches = (seed: number): number[][] => lengthGroupedBatches(of, { batchSize: 16, random: random(seed) });
  const sequential = Array.from({ length: 75 }, (_, i) => Array.from({ length: 16 }, (_, j) => 16 * i + j));

  test("padding: 53 % in the order of the file, 5 % grouped and shuffled, 4 % sorted", () => {
    const percent = (share: number): number => Math.round(100 * share);
    expect(percent(paddingShare(sequential, of))).toBe(53);
    expect(percent(paddingShare(batches(1), of))).toBe(5);
    expect(percent(paddingShare(lengthGroupedBatches(of, { batchSize: 16 }), of))).toBe(4);
  });

  test("one seed gives one order, another seed other batches", () => {
    expect(batches(1)).toEqual(batches(1));
    const sets = (all: number[][]): Set<string> => new Set(all.map((batch) => batch.toSorted((a, b) => a - b).join()));
    const second = sets(batches(2));
    expect([...sets(batches(1))].filter((batch) => second.has(batch)).length).toBeLessThan(3);
  });

  test("shuffled batches do not come in the order of their lengths", () => {
    const firsts = batches(1).map((batch) => of[batch[0]!]!);
    const falls = firsts.filter((length, i) => i > 0 && length < firsts[i - 1]!).length;
    expect(falls).toBeGreaterThan(25);
    expect(falls).toBeLessThan(50);
  });

  test("without a stream: longest first, equal lengths in their order", () => {
    expect(lengthGroupedBatches([3, 5, 5, 1, 5], { batchSize: 2 })).toEqual([[1, 2], [4, 0], [3]]);
  });
});

test("a batch size that makes no batch is refused", () => {
  expect(() => lengthGroupedBatches([1], { batchSize: 0 })).toThrow(RangeError);
});
