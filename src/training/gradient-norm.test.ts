import { expect, test } from "vitest";
import { clipScale, gradientNorm } from "./gradient-norm.ts";

const none = new Map();

test("the norm is that of all gradients as one vector", () => {
  const dense = new Map([
    ["a", Float32Array.of(1, 1, 1, 1, 2)],
    ["b", Float32Array.of(0, 4)],
  ]);
  const tables = new Map([["t", { rows: Int32Array.of(7), values: Float32Array.of(1, 0) }]]);
  expect(gradientNorm({ dense, tables })).toBe(5);
  expect(gradientNorm({ dense: none, tables: none })).toBe(0);
});

test("a longer gradient is scaled down to the limit, a shorter one is left alone, 0 turns it off", () => {
  expect(5 * clipScale(5, 1)).toBeCloseTo(1, 5);
  expect(clipScale(0.5, 1)).toBe(1);
  expect(clipScale(5, 0)).toBe(1);
});
