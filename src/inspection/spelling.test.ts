import * as fc from "fast-check";
import { expect, test } from "vitest";
import { folded, misspellings } from "./spelling.ts";

test.each([
  ["WHO_DO", "WHO_DO", 0],
  ["WHO_DO", "WHO_DOO", 1],
  ["WHO_DO", "WO_DO", 1],
  ["WHO_DO", "WHO_GO", 1],
  ["WHO_DO", "HWO_DO", 1],
  ["WHO_DO", "HWO_OD", 2],
  ["", "ab", 2],
])("from %s to %s: %i", (from, to, count) => expect(misspellings(from, to, 3)).toBe(count));

test("the same in both directions, and never more than one above the limit", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 8 });
  fc.assert(
    fc.property(word, word, fc.nat(4), (a, b, limit) => {
      const exact = misspellings(a, b, 20);
      expect(misspellings(b, a, 20)).toBe(exact);
      expect(misspellings(a, b, limit)).toBe(Math.min(exact, limit + 1));
    }),
  );
});

test("what people write differently is the same folded", () => {
  const spellings = ["WHERE_ÊTRE", "where-etre", "Where Être", "where.e\u0302tre"];
  expect(new Set(spellings.map(folded))).toEqual(new Set(["whereetre"]));
  expect(folded("東京")).toBe("東京");
});
