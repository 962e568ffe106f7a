import { expect, test } from "vitest";
import { bcaInterval, normalCdf, normalQuantile, studentQuantile } from "./bca.ts";

// Values of scipy.stats.norm.ppf and scipy.stats.t.ppf.
test("quantiles are those of the normal distribution and of Student's t", () => {
  expect(normalQuantile(0.975)).toBeCloseTo(1.959964, 5);
  expect(normalCdf(-1.2)).toBeCloseTo(0.1150697, 6);
  expect(studentQuantile(0.975, 5)).toBeCloseTo(2.570582, 2);
  expect(studentQuantile(0.975, 19)).toBeCloseTo(2.093024, 4);
});

const spread = (of: (share: number) => number): Float64Array =>
  Float64Array.from({ length: 1999 }, (_, i) => of((i + 1) / 2000));

test("of symmetric draws and many documents the interval is that of the percentiles, and p that of the normal test", () => {
  const draws = spread((share) => 0.3 + 0.1 * normalQuantile(share));
  const left = Float64Array.from({ length: 10_000 }, (_, i) => (i % 2 === 0 ? 0.29 : 0.31));
  const { low, high, p } = bcaInterval(0.3, draws, left, 10_000);
  expect(low).toBeCloseTo(0.3 - 0.196, 2);
  expect(high).toBeCloseTo(0.3 + 0.196, 2);
  expect(p).toBeCloseTo(2 * normalCdf(-3), 2);
});

test("p is 0.05 where the interval just reaches 0, however skewed the draws are", () => {
  const draws = spread((share) => Math.exp(0.5 * normalQuantile(share)));
  const left = Float64Array.from({ length: 30 }, (_, i) => Math.exp(i / 15));
  const { low } = bcaInterval(1.05, draws.slice(), left, 30);
  const moved = draws.map((draw) => draw - low);
  expect(bcaInterval(1.05 - low, moved, left, 30).p).toBeCloseTo(0.05, 2);
});

test("few documents widen the interval", () => {
  const draws = spread((share) => normalQuantile(share));
  const left = Float64Array.of(-1, 1, -1, 1, -1, 1);
  const width = (documents: number): number => {
    const { low, high } = bcaInterval(0, draws.slice(), left, documents);
    return high - low;
  };
  expect(width(6)).toBeGreaterThan(1.3 * width(1000));
});
