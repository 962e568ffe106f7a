import { expect, test } from "vitest";
import { spreadOf } from "./spread.ts";

test("mean and sample deviation, as statistics.mean and statistics.stdev of Python", () => {
  const { mean, deviation, ...rest } = spreadOf([0.5, 0.75, 0.25, 0.6]);
  expect(mean).toBeCloseTo(0.525, 12);
  expect(deviation).toBeCloseTo(0.2101586702153083, 12);
  expect(rest).toEqual({ runs: 4, least: 0.25, greatest: 0.75 });
});

test("one run has no deviation", () => expect(spreadOf([0.3])).toMatchObject({ mean: 0.3, deviation: 0 }));
