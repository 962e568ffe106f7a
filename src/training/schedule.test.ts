import { expect, test } from "vitest";
import { linearSchedule, warmupSteps } from "./schedule.ts";

// get_linear_schedule_with_warmup(optimizer, 3, 10) of transformers 4.57.6, ten steps.
const transformers = [0, 1 / 3, 2 / 3, 1, 6 / 7, 5 / 7, 4 / 7, 3 / 7, 2 / 7, 1 / 7];

test("warm-up and decay are transformers'", () => {
  const rate = linearSchedule(3, 10);
  for (const [step, expected] of transformers.entries()) expect(rate(step)).toBeCloseTo(expected, 12);
  expect(rate(10)).toBe(0);
});

test("without warm-up the first step has the full rate", () => {
  expect(linearSchedule(0, 4)(0)).toBe(1);
});

test("warm-up steps are rounded up", () => {
  expect(warmupSteps(100, 0.06)).toBe(6);
  expect(warmupSteps(101, 0.06)).toBe(7);
  expect(warmupSteps(10, 0)).toBe(0);
});
