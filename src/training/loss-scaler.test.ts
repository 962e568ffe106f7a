// The scale after each step is that of torch.amp.GradScaler (scripts/oracle/grad_scaler.py).
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { LossScaler } from "./loss-scaler.ts";

const { torch, cases } = JSON.parse(
  readFileSync(new URL("../../test/oracle/grad-scaler.json", import.meta.url), "utf8"),
) as {
  torch: string;
  cases: {
    name: string;
    runs: [count: number, overflows: boolean][];
    after: { scale: number; growthTracker: number; steps: number }[];
  }[];
};

test("the answers are of the torch that the oracle names", () => expect(torch).toBe("2.13.0"));

test.each(cases)("as GradScaler: $name", ({ runs, after }) => {
  const scaler = new LossScaler();
  let made = 0;
  for (const [i, [count, overflows]] of runs.entries()) {
    for (let step = 0; step < count; step++) scaler.update(!overflows);
    made += count;
    const { scale, growthTracker, skippedSteps } = scaler.state;
    expect({ scale, growthTracker, steps: made - skippedSteps }, `run ${i}`).toEqual(after[i]);
  }
});

test("a scaler that is made of a state goes on with it", () => {
  const whole = new LossScaler();
  for (const isFinite of [false, true, true]) whole.update(isFinite);
  const resumed = new LossScaler(whole.state);
  for (let step = 0; step < 1998; step++) for (const scaler of [whole, resumed]) scaler.update(true);
  expect(resumed.state).toEqual({ scale: 2 ** 16, growthTracker: 0, skippedSteps: 1 });
  expect(resumed.state).toEqual(whole.state);
});

test("a scale beyond float32 is not taken", () => {
  const scaler = new LossScaler({ scale: 2 ** 127, growthTracker: 1999, skippedSteps: 0 });
  scaler.update(true);
  expect(scaler.state).toEqual({ scale: 2 ** 127, growthTracker: 0, skippedSteps: 0 });
});
