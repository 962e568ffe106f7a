import { describe, expect, test } from "vitest";
import { random } from "../random.ts";
import type { JudgedPair } from "./document-counts.ts";
import { standardErrorOf } from "./standard-error.ts";

const options = { labelCount: 3, noRelationId: 0 };

/** Documents with `pairs` pairs each, all of which are right with this probability. */
function documents(count: number, pairs: number, right: number): JudgedPair[] {
  const stream = random("documents", count, pairs);
  return Array.from({ length: count }, (_, document) => {
    const predicted = [[stream.next() < right ? 1 : 2]];
    return Array.from({ length: pairs }, () => ({ document, gold: [1], predicted }));
  }).flat();
}

describe("the standard error of a score", () => {
  test("of accuracy is that of a proportion of documents, however many pairs each has", () => {
    for (const pairs of [1, 7]) {
      const judged = documents(400, pairs, 0.8);
      const share = judged.filter(({ predicted }) => predicted[0]![0] === 1).length / judged.length;
      const expected = Math.sqrt((share * (1 - share)) / 400);
      const found = standardErrorOf(judged, "accuracy", options)!;
      // A hundred resamples give an error of about 7 %, and this is three times as much.
      expect(Math.abs(found / expected - 1)).toBeLessThan(0.22);
    }
  });

  test("is 0 where all is right, and the same each time", () => {
    expect(standardErrorOf(documents(20, 2, 1), "macro_f1", options)).toBe(0);
    const judged = documents(20, 2, 0.5);
    expect(standardErrorOf(judged, "macro_f1", options)).toBe(standardErrorOf(judged, "macro_f1", options));
  });

  test("is unknown of the loss, and of fewer than six documents", () => {
    expect(standardErrorOf(documents(20, 2, 0.5), "loss", options)).toBeUndefined();
    expect(standardErrorOf(documents(5, 2, 0.5), "accuracy", options)).toBeUndefined();
  });
});
