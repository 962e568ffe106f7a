import { expect, test } from "vitest";
import { freshState, withScore, type BestSoFar } from "./state.ts";

/** The state after evaluations with these scores, at steps 1, 2, 3 … */
const after = (values: readonly number[], standardError?: number, lowerIsBetter = false): BestSoFar =>
  values.reduce(
    (best, value, i) => withScore(best, i + 1, { value, standardError }, lowerIsBetter),
    freshState(lowerIsBetter).best,
  );

test("without a standard error the weights with the best score are kept, of equal ones the earlier", () => {
  expect(after([0.5, 0.8, 0.8, 0.79])).toEqual({ value: 0.8, step: 2, evaluationsSince: 2, keptStep: 2 });
  expect(after([3, 1, 2], undefined, true)).toMatchObject({ value: 1, step: 2, keptStep: 2 });
});

test("with one the latest weights within it of the best score are kept", () => {
  expect(after([0.5, 0.8, 0.8, 0.78, 0.7], 0.03)).toMatchObject({
    value: 0.8,
    step: 2,
    evaluationsSince: 3,
    keptStep: 4,
  });
  expect(after([0.5, 0.8, 0.7, 0.76], 0.03)).toMatchObject({ step: 2, keptStep: 2 });
  expect(after([1, 1, 1], 0)).toMatchObject({ step: 1, keptStep: 3 });
});

test("a better score takes the place of kept weights, with its own error", () => {
  const best = after([0.5, 0.49, 0.9], 0.02);
  expect(best).toMatchObject({ step: 3, keptStep: 3, evaluationsSince: 0 });
  expect(withScore(best, 4, { value: 0.87, standardError: 0.5 }, false)).toMatchObject({ keptStep: 3 });
});
