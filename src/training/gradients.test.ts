import * as fc from "fast-check";
import { expect, test } from "vitest";
import { GradientSum, RowSum } from "./gradients.ts";

const width = 3;
const lookups = fc.array(
  fc.tuple(fc.nat(6), fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 3, maxLength: 3 })),
);

test("rows are summed as a table of zeros to which each look-up is added, the skipped row left out", () => {
  fc.assert(
    fc.property(fc.array(lookups, { maxLength: 4 }), fc.option(fc.nat(6), { nil: undefined }), (parts, skipped) => {
      const table = new Float32Array(7 * width);
      const sum = new RowSum(width);
      for (const part of parts) {
        sum.add(
          part.map(([row]) => row),
          Float32Array.from(part.flatMap(([, values]) => values)),
          skipped,
        );
        for (const [row, values] of part)
          if (row !== skipped) for (const [k, value] of values.entries()) table[row * width + k]! += value;
      }
      const { rows, values } = sum.gradient;
      expect(new Set(rows).size).toBe(rows.length);
      expect(values.length).toBe(rows.length * width);
      const whole = new Float32Array(7 * width);
      for (const [i, row] of rows.entries()) whole.set(values.subarray(i * width, (i + 1) * width), row * width);
      expect(whole).toEqual(table);
    }),
  );
});

test("a sum of gradients owns its arrays", () => {
  const dense = Float32Array.of(1, 2);
  const rows = { rows: Int32Array.of(4), values: Float32Array.of(1, 1, 1) };
  const sum = new GradientSum();
  for (let part = 0; part < 2; part++) {
    sum.add({ dense: new Map([["a", dense]]), tables: new Map([["t", rows]]) });
    dense.fill(10);
    rows.rows[0] = 5;
  }
  expect(sum.sum.dense.get("a")).toEqual(Float32Array.of(11, 12));
  expect(sum.sum.tables.get("t")).toEqual({ rows: Int32Array.of(4, 5), values: Float32Array.of(1, 1, 1, 1, 1, 1) });
  expect(dense).toEqual(Float32Array.of(10, 10));
});
