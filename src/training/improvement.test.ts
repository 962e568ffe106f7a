import { expect, test } from "vitest";
import { isStillImproving } from "./improvement.ts";

test("a score that rises to the end, by two points in the last quarter, was cut off", () => {
  expect(isStillImproving([0.1, 0.3, 0.5, 0.6, 0.62, 0.66, 0.7, 0.75])).toBe(true);
  expect(isStillImproving([2, 1.5, 1.2, 1], true)).toBe(true);
});

test("one that levels off, falls, or has too few evaluations was not", () => {
  expect(isStillImproving([0.1, 0.6, 0.8, 0.9, 0.905, 0.91])).toBe(false);
  expect(isStillImproving([0.1, 0.3, 0.5, 0.7, 0.69])).toBe(false);
  expect(isStillImproving([0.1, 0.5, 0.9])).toBe(false);
  expect(isStillImproving([1, 1.2, 1.4, 1.6], true)).toBe(false);
});
