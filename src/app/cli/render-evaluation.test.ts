import { expect, test } from "vitest";
import type { Unbeaten } from "../../index.ts";
import { warnings } from "./render-evaluation.ts";

const unbeaten = (metric: Unbeaten["metric"], model: number, score: number): Unbeaten => ({
  baseline: "look-up",
  metric,
  model,
  score,
  sentence: "",
});

test("a rule that reaches the same figures is called equal, and one that is better is not", () => {
  expect(warnings([unbeaten("accuracy", 1, 1), unbeaten("macro_f1", 1, 1)])).toEqual([
    "WARNING: the model and the look-up baseline are equal on accuracy (1.000), macro_f1 (1.000): these documents are too few or too easy to show a difference.",
  ]);
  expect(warnings([unbeaten("accuracy", 0.5, 0.75), unbeaten("macro_f1", 0.6, 0.6)])).toEqual([
    "WARNING: the model is no better than the look-up baseline on accuracy (0.500 against 0.750).",
    "WARNING: the model and the look-up baseline are equal on macro_f1 (0.600): these documents are too few to show a difference.",
  ]);
});
