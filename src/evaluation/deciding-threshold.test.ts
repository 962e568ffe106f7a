import { describe, expect, test } from "vitest";
import { relationSchema } from "../../test/fixtures/schemas.ts";
import { decidingThreshold, defaultThreshold } from "./decoding.ts";

describe("the threshold that made an answer another label than the most probable one", () => {
  const thresholds = [0.5, 0.25, 0.75, 0.5, 0.5];
  const of = (probabilities: readonly number[], label: number, given?: readonly number[], multiLabel = false) =>
    decidingThreshold(
      { probabilities: Float32Array.from(probabilities), labels: [label] },
      relationSchema({}, multiLabel),
      given,
    );

  test("is that of the relation, or that which the most probable relation misses", () => {
    expect(of([0.5, 0.375, 0.125, 0, 0], 1, thresholds)).toBe(0.25);
    expect(of([0.25, 0.125, 0.625, 0, 0], 0, thresholds)).toBe(0.75);
    expect(of([0.25, 0.25, 0.375, 0, 0], 0, undefined, true)).toBe(defaultThreshold);
  });

  test("is none of the most probable label, nor where calibration changed which one that is", () => {
    expect(of([0.25, 0.75, 0, 0, 0], 1, thresholds)).toBeUndefined();
    expect(of([0.5, 0.375, 0.125, 0, 0], 1)).toBeUndefined();
  });
});
