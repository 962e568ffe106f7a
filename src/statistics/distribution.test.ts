import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Distribution, type DistributionSummary } from "./distribution.ts";

function summaryOf(values: readonly number[]): DistributionSummary {
  const distribution = new Distribution();
  for (const value of values) distribution.add(value);
  return distribution.summary();
}

test("counts, quantiles and round bins by hand", () => {
  expect(summaryOf([3, 1, 4, 1, 5, 9, 2, 6])).toEqual({
    count: 8,
    sum: 31,
    min: 1,
    p25: 1,
    median: 3,
    p75: 5,
    p95: 9,
    max: 9,
    histogram: [1, 2, 3, 4, 5, 6, 7, 8, 9].map((value) => ({
      from: value,
      to: value,
      count: value === 1 ? 2 : [7, 8].includes(value) ? 0 : 1,
    })),
  });
});

test("nothing", () => {
  expect(summaryOf([])).toEqual({
    count: 0,
    sum: 0,
    min: 0,
    p25: 0,
    median: 0,
    p75: 0,
    p95: 0,
    max: 0,
    histogram: [],
  });
});

test("a long tail goes into one bin", () => {
  const { histogram } = summaryOf([...Array.from({ length: 990 }, (_, i) => i % 100), 100_000, 7_000]);
  expect(histogram).toHaveLength(12);
  expect(histogram[0]).toEqual({ from: 0, to: 9, count: 100 });
  expect(histogram.at(-1)).toEqual({ from: 110, to: 100_000, count: 2 });
});

test("quantiles are those of the sorted values; bins touch, are 12 at most and hold every value", () => {
  const values = fc.array(fc.oneof(fc.nat(20), fc.nat(100_000)), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(values, (values) => {
      const sorted = [...values].sort((a, b) => a - b);
      const { histogram, ...summary } = summaryOf(values);
      const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
      expect(summary).toEqual({
        count: values.length,
        sum: values.reduce((sum, value) => sum + value, 0),
        min: sorted[0],
        p25: at(0.25),
        median: at(0.5),
        p75: at(0.75),
        p95: at(0.95),
        max: sorted.at(-1),
      });
      expect(histogram.length).toBeLessThanOrEqual(12);
      for (const [i, { from, to, count }] of histogram.entries()) {
        expect(count).toBe(values.filter((value) => value >= from && value <= to).length);
        if (i > 0) expect(from).toBe(histogram[i - 1]!.to + 1);
      }
      expect(histogram.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
    }),
  );
});
