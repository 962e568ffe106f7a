import { expect, test } from "vitest";
import { product, sum, withSizes } from "./dims.ts";

const sizes = new Map([
  ["batch", 4],
  ["words", 16],
]);

test.each([
  [7, 7],
  ["batch", 4],
  ["mention", "mention"],
  [product(["batch", "words", 3]), 192],
  [product(["batch", "entities"]), "4*entities"],
  [sum(["words", "entities"]), "16+entities"],
  [product(["batch", sum(["words", "entities"])]), product([4, sum([16, "entities"])])],
  [product([product([8, "batch", sum(["words", "entities"])])]), product([32, sum([16, "entities"])])],
  [product(["mention", sum(["words", "batch"])]), "20*mention"],
])("%s with 4 texts of 16 words is %s", (dim, expected) => {
  expect(withSizes(dim, sizes)).toBe(expected);
});
