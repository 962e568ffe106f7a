import * as fc from "fast-check";
import { expect, test } from "vitest";
import { binaryCrossEntropyOf, crossEntropyOf, sigmoid, softmax } from "./probabilities.ts";

const rows = fc
  .array(fc.float({ min: -300, max: 300, noNaN: true }), { minLength: 1, maxLength: 8 })
  .map((row) => Float32Array.from(row));

test("softmax sums to 1 and keeps the order, however large the logits", () => {
  fc.assert(
    fc.property(rows, (row) => {
      const probabilities = softmax(row);
      expect(probabilities.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
      for (const [i, a] of row.entries()) {
        for (const [j, b] of row.entries())
          if (a > b) expect(probabilities[i]).toBeGreaterThanOrEqual(probabilities[j]!);
      }
    }),
  );
  expect([...softmax(Float32Array.of(-Infinity, 700, 700))]).toEqual([0, 0.5, 0.5]);
});

test("cross entropy is −log softmax where that can be computed, and finite everywhere", () => {
  fc.assert(
    fc.property(rows, fc.nat(), (row, pick) => {
      const label = pick % row.length;
      const loss = crossEntropyOf(row, label);
      expect(Number.isFinite(loss) && loss >= -1e-9).toBe(true);
      const probability = softmax(row)[label]!;
      if (probability > 1e-3) expect(loss).toBeCloseTo(-Math.log(probability), 3);
    }),
  );
});

test("binary cross entropy is the mean of −log of each label's own probability", () => {
  const row = Float32Array.of(1, -2, 0.5);
  const [a, b, c] = [...row].map(sigmoid) as [number, number, number];
  expect(binaryCrossEntropyOf(row, [0])).toBeCloseTo(-(Math.log(a) + Math.log(1 - b) + Math.log(1 - c)) / 3, 10);
  expect(binaryCrossEntropyOf(row, [1, 2])).toBeCloseTo(-(Math.log(1 - a) + Math.log(b) + Math.log(c)) / 3, 10);
  expect(binaryCrossEntropyOf(Float32Array.of(1000, -1000), [1])).toBe(1000);
});

test("sigmoid reaches 0 and 1", () => {
  expect([-Infinity, -1000, 0, 1000].map(sigmoid)).toEqual([0, 0, 0.5, 1]);
});
