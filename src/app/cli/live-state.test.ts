import { expect, test } from "vitest";
import { liveSections } from "../../report/live-page.ts";
import { LiveState } from "./live-state.ts";

test("steps that float16 skipped are marked and named while the run goes on, as in its report", () => {
  const state = new LiveState("run");
  const training = (): string => liveSections(state.now)["training"]!.replaceAll(/\s+/g, " ");
  const ofStep = (step: number) => ({ step, totalSteps: 4, epoch: step / 4, examples: 8 });
  state.see({ type: "step", ...ofStep(1), loss: 2, learningRate: 0.1, gradientNorm: 1 });
  expect(training()).not.toMatch(/changed no weights|class="mark"/);
  state.see({ type: "overflow", ...ofStep(2), loss: null, lossScale: 32_768, skippedSteps: 1 });
  expect(state.now.phase).toMatch(/^Step 2 of 4, /);
  expect(training()).toMatch(/1 step changed no weights.*: 2\./);
  expect(training().match(/class="mark"/g)).toHaveLength(1);
});
