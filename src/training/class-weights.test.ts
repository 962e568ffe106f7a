import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { classWeights } from "./class-weights.ts";

// Made by scripts/oracle/sklearn_class_weights.py.
const oracle: { cases: { counts: number[]; weights: Record<string, number> }[] } = JSON.parse(
  readFileSync(new URL("../../test/oracle/sklearn-class-weights.json", import.meta.url), "utf8"),
);

test("scikit-learn stored cases", () => expect(oracle.cases.length).toBeGreaterThan(5));

test.each(oracle.cases)(
  "balanced as scikit-learn's, 0 for a label that never occurs: $counts",
  ({ counts, weights }) => {
    const found = classWeights("balanced", counts)!;
    expect(found).toHaveLength(counts.length);
    for (const [id, weight] of found.entries()) expect(weight).toBeCloseTo(weights[id] ?? 0, 12);
  },
);

test.each(oracle.cases)("sqrt is its square root: $counts", ({ counts, weights }) => {
  for (const [id, weight] of classWeights("sqrt", counts)!.entries()) {
    expect(weight).toBeCloseTo(Math.sqrt(weights[id] ?? 0), 12);
  }
});

test("none is no weights; labels without any example have no weight", () => {
  expect(classWeights("none", [3, 1])).toBeUndefined();
  expect(classWeights("balanced", [0, 0])).toEqual([0, 0]);
  expect(classWeights("sqrt", [])).toEqual([]);
});
