import { expect, test } from "vitest";
import { estimateLine, planLines, roughly } from "./render-estimate.ts";

test.each([
  [0.2, "1 s"],
  [7.4, "7 s"],
  [43, "45 s"],
  [89, "90 s"],
  [125, "2 min"],
  [3595, "1 h"],
  [12_060, "3 h 20 min"],
])("%s s is said as %s", (seconds, shown) => expect(roughly(seconds)).toBe(shown));

const estimate = {
  type: "estimate",
  step: 12,
  totalSteps: 400,
  measuredSteps: 12,
  seconds: 12_060,
  secondsLeft: 12_000,
  memory: { peak: 3 * 2 ** 29, parameters: 2 ** 30, machine: 8 * 2 ** 30 },
} as const;

test("an estimate says time, memory and what it is made of", () => {
  expect(estimateLine(estimate)).toBe("about 3 h 20 min on this machine (12 steps measured), about 1.5 GiB of memory");
});

test("a dry run says steps, time and memory", () => {
  const plan = { steps: 400, stepsPerEpoch: 160, evalSteps: 160, evaluations: 3, batchSize: 32, learningRate: 2e-5 };
  expect(planLines({ ...plan, threads: 1, estimate })).toEqual([
    "400 steps of 32 texts (2.5 epochs), evaluated 3 times, learning rate 0.00002, 1 thread",
    "time: about 3 h 20 min on this machine (12 steps measured)",
    "memory: about 1.5 GiB of 8.0 GiB; weights, gradients and moments 1.0 GiB, activations and the rest 512 MiB",
  ]);
});

test("memory that no step has touched yet is not counted as used, and is said", () => {
  const plan = { steps: 4, stepsPerEpoch: 4, evalSteps: 4, evaluations: 1, batchSize: 1, learningRate: 1, threads: 1 };
  const stopped = { ...estimate, memory: { peak: 791 * 2 ** 20, parameters: 957 * 2 ** 20, machine: 2 ** 33 } };
  expect(planLines({ ...plan, estimate: stopped })[2]).toBe(
    "memory: about 791 MiB of 8.0 GiB so far, and more as other words are met: weights, gradients and moments of all words take 957 MiB",
  );
});
