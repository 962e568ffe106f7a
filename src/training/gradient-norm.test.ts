import { expect, test } from "vitest";
import { clipScale, gradientNorm } from "./gradient-norm.ts";

test("the norm is that of all gradients as one vector", () => {
  expect(gradientNorm([Float32Array.of(3), Float32Array.of(0, 4)])).toBe(5);
  expect(gradientNorm([])).toBe(0);
});

test("a longer gradient is scaled down to the limit, a shorter one is left alone, 0 turns it off", () => {
  expect(5 * clipScale(5, 1)).toBeCloseTo(1, 5);
  expect(clipScale(0.5, 1)).toBe(1);
  expect(clipScale(5, 0)).toBe(1);
});
