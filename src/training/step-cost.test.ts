import { expect, test } from "vitest";
import { batchCost, fitSeconds, meanStepCost, scoringCost } from "./step-cost.ts";

test("a fixed time and a rate are found again from steps of several lengths", () => {
  const steps = [100, 200, 400].map((cost) => ({ cost, seconds: 0.5 + 0.01 * cost }));
  expect(fitSeconds(steps)(1000)).toBeCloseTo(10.5, 6);
});

test("steps of one length show a rate alone, and longer steps that took less time are noise", () => {
  expect(fitSeconds([{ cost: 10, seconds: 2 }])(30)).toBeCloseTo(6, 6);
  const odd = [
    { cost: 10, seconds: 3 },
    { cost: 20, seconds: 1 },
  ];
  expect(fitSeconds(odd)(1000)).toBeCloseTo(2, 6);
  expect(fitSeconds([])(1000)).toBe(0);
});

test("a batch costs its padded tokens, and the mean of steps is that of the batches of an epoch", () => {
  const lengths = [10, 10, 40, 40];
  expect(batchCost(2, 40, 64)).toBe(2 * 40 * (6 * 64 + 40));
  const both = batchCost(2, 40, 64) + batchCost(2, 10, 64);
  expect(scoringCost(lengths, 2, 64)).toBe(both);
  // 50 batches are sorted by length together, so that texts of a length share a batch.
  expect(meanStepCost(lengths, { batchSize: 2, seed: 1 }, 64)).toBe(both / 2);
});
