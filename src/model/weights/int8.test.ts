import * as fc from "fast-check";
import { expect, test } from "vitest";
import { toInt8, type Int8Matrix } from "./int8.ts";

const quantize = (rows: readonly (readonly number[])[]): Int8Matrix =>
  toInt8({ shape: [rows.length, rows[0]!.length], data: Float32Array.from(rows.flat()) }, "w", "folder");

/** Any float32 but NaN and the infinities, of every size. */
const weight = fc.float({ noNaN: true, noDefaultInfinity: true });
const matrices = fc.tuple(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 5 })).chain(([out, inner]) => {
  const row = fc.array(fc.oneof(weight, fc.float({ min: -2, max: 2, noNaN: true })), {
    minLength: inner,
    maxLength: inner,
  });
  return fc.array(row, { minLength: out, maxLength: out });
});

test("every weight is read back with half a step of its row at most", () => {
  fc.assert(
    fc.property(matrices, (rows) => {
      const { values, scales } = quantize(rows);
      for (const [o, row] of rows.entries()) {
        for (const [i, value] of row.entries()) {
          const step = scales[o]!;
          // Scaled in float64, whose rounding is all that is added to the half.
          const error = Math.abs(Math.fround(value) / step - values[i * rows.length + o]!);
          expect(error).toBeLessThanOrEqual(0.5 + 2 ** -40);
        }
      }
    }),
  );
});

test("the largest of each row is 127, so that no step is wasted, and -128 is never used", () => {
  fc.assert(
    fc.property(matrices, (rows) => {
      const { values, scales } = quantize(rows);
      for (const [o, row] of rows.entries()) {
        const taken = row.map((_, i) => Math.abs(values[i * rows.length + o]!));
        const isTiny = scales[o] === 1 && row.every((value) => Math.abs(value) < 1e-30);
        expect(Math.max(...taken)).toBe(isTiny ? 0 : 127);
      }
      expect(values.includes(-128)).toBe(false);
    }),
  );
});

test("rows become columns, each with the scale of its own", () => {
  const { values, scales } = quantize([
    [127, -127, 0],
    [0.5, 1, -0.25],
  ]);
  expect([...values]).toEqual([127, 64, -127, 127, 0, -32]);
  expect([...scales]).toEqual([1, Math.fround(1 / 127)]);
});

test("a row of zeros stays zeros, a constant one is exact", () => {
  const { values, scales } = quantize([
    [0, 0],
    [-3, -3],
  ]);
  expect([...values]).toEqual([0, -127, 0, -127]);
  expect(scales[0]).toBe(1);
  expect(Math.abs(-127 * scales[1]! + 3)).toBeLessThan(3 * 2 ** -24);
});

test.each([NaN, Infinity, -Infinity])("%s is refused with its place", (value) => {
  expect(() =>
    quantize([
      [1, 2],
      [3, value],
    ]),
  ).toThrow(/tensor "w": no number: .* at 3\. Use the model as float32/);
});
