import * as fc from "fast-check";
import { expect, test } from "vitest";
import { anyDocument } from "../../test/fixtures/documents.ts";
import { relationSchema } from "../../test/fixtures/schemas.ts";
import { chooseCandidates, type CandidateBounds } from "./candidates.ts";
import { nearestPairs } from "./nearest-pairs.ts";
import { candidatePairs } from "./pairs.ts";

const types = ["OBJECT", "TIME", "", "PLACE"];
const entities = fc.array(
  fc
    .record({ start: fc.nat(30), length: fc.integer({ min: 1, max: 8 }), type: fc.constantFrom(...types) })
    .map(({ start, length, type }) => ({ start, end: start + length, type })),
  { maxLength: 12 },
);
const schema = relationSchema({
  IN: {
    types: [
      ["OBJECT", "TIME", 1],
      ["PLACE", "PLACE", 1],
    ],
  },
});
const bounds: fc.Arbitrary<CandidateBounds> = fc.record(
  { schema: fc.constant(schema), maxDistance: fc.nat(20) },
  { requiredKeys: [] },
);

test("the pairs, and the counts of the others, are those of choosing among all pairs", () => {
  fc.assert(
    fc.property(anyDocument, entities, bounds, fc.nat(40), (document, entities, bounds, maxPairs) => {
      const drawn = { ...document, entities };
      const all = candidatePairs(entities.length).map(([head, tail]) => ({ document: drawn, head, tail }));
      const { candidates, excluded } = chooseCandidates(all, { ...bounds, maxPairs });
      const chosen = nearestPairs(entities, { ...bounds, maxPairs });
      expect(chosen.pairs).toEqual(candidates.map(({ head, tail }) => [head, tail]));
      for (const why of ["types", "distance", "count"] as const)
        expect(chosen.excluded[why]).toBe(excluded.filter((pair) => pair.why === why).length);
    }),
    { numRuns: 500 },
  );
});

test.each([
  ["one after the other", (i: number) => 5 * i, ["0 1", "1 0", "1 2", "2 1", "2 3", "3 2", "3 4"]],
  ["all in the same place", () => 0, ["0 1", "0 2", "0 3", "0 4", "1 0", "2 0", "3 0"]],
])("the nearest of 10^10 pairs, %s, are found without making the others", (_, startOf, expected) => {
  const entities = Array.from({ length: 100_000 }, (_, i) => ({ start: startOf(i), end: startOf(i) + 4, type: "T" }));
  const { pairs, excluded } = nearestPairs(entities, { maxPairs: 7 });
  expect(pairs.map(([head, tail]) => `${head} ${tail}`)).toEqual(expected);
  expect(excluded).toEqual({ types: 0, distance: 0, count: 100_000 * 99_999 - 7 });
});
