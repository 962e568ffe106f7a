import { expect, test } from "vitest";
import { cpu } from "../runtime/cpu.ts";
import { random } from "../random.ts";
import { clipScale, GradientNorm } from "./gradient-norm.ts";

const none = new Map();

test("the norm is that of all gradients as one vector", async () => {
  const norm = await GradientNorm.create({ device: cpu });
  const dense = new Map([
    ["a", Float32Array.of(1, 1, 1, 1, 2)],
    ["b", Float32Array.of(0, 4)],
  ]);
  const tables = new Map([["t", { rows: Int32Array.of(7), values: Float32Array.of(1, 0) }]]);
  expect(await norm.of({ dense, tables })).toBe(5);
  expect(await norm.of({ dense: none, tables: none })).toBe(0);
  await norm.dispose();
});

test("of a long gradient, in parts, to five digits", async () => {
  const norm = await GradientNorm.create({ device: cpu });
  const stream = random(1, "test");
  const gradient = Float32Array.from({ length: 2 ** 20 + 2 ** 18 + 3 }, () => 1e-4 * stream.normal());
  const exact = Math.sqrt(gradient.reduce((sum, x) => sum + x * x, 0));
  expect(Math.abs((await norm.of({ dense: new Map([["a", gradient]]), tables: none })) / exact - 1)).toBeLessThan(2e-5);
  gradient[gradient.length - 1] = Number.NaN;
  expect(await norm.of({ dense: new Map([["a", gradient]]), tables: none })).toBeNaN();
  await norm.dispose();
});

test("a longer gradient is scaled down to the limit, a shorter one is left alone, 0 turns it off", () => {
  expect(5 * clipScale(5, 1)).toBeCloseTo(1, 5);
  expect(clipScale(0.5, 1)).toBe(1);
  expect(clipScale(5, 0)).toBe(1);
});
