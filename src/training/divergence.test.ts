import { expect, test } from "vitest";
import { LossWatch, requireSaneRates } from "./divergence.ts";

const rates = { learningRate: 0.1, headLearningRate: undefined };
const watch = (losses: readonly number[]): (() => void) => {
  const watched = new LossWatch();
  return () => losses.forEach((loss, i) => watched.see(i + 1, loss, rates));
};
const repeated = (loss: number, count: number): number[] => Array.from({ length: count }, () => loss);

test("a loss that jumps far above its beginning ends the run within a few steps, with what to change", () => {
  expect(watch([1.4, 1.3, 1.5, 1.2, 1.4, 80, 90, 120])).toThrow(
    /^Training diverged at step 8: its loss has grown from 1\.4 to 96\.7, worse than guessing\..*Lower --learning-rate \(now 0\.1\)/,
  );
});

test("a loss that stays above guessing ends it too", () => {
  expect(watch([...repeated(1.2, 5), ...repeated(3, 20)])).toThrow("from 1.2 to 3.0");
});

test("one odd batch, an overfitted start and a slow rise within the range of a guess do not", () => {
  expect(watch([...repeated(1.2, 6), 9, ...repeated(1.1, 30)])).not.toThrow();
  expect(watch([...repeated(0.01, 5), ...repeated(0.9, 40)])).not.toThrow();
  expect(watch([...repeated(1.2, 5), ...repeated(2, 40)])).not.toThrow();
});

test("a rate that no weight survives is refused before anything is read", () => {
  expect(() => requireSaneRates({ learningRate: 5, headLearningRate: undefined })).toThrow(
    /^--learning-rate: 5 would destroy the weights.*Leave the flag out/,
  );
  expect(() => requireSaneRates({ learningRate: 1e-3, headLearningRate: 2 })).toThrow("--head-learning-rate: 2");
  expect(() => requireSaneRates({ learningRate: 0.3, headLearningRate: 0.5 })).not.toThrow();
});
