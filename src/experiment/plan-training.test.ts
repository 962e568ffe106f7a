// A dry run: what it says before anything is trained, and that it leaves nothing behind.
import { existsSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { Workplace } from "../../test/support/run-cli.ts";
import { trainConfig } from "../config.ts";
import { drain } from "../generators.ts";
import { planTraining } from "./plan-training.ts";
import type { TrainEvent } from "./train-events.ts";

const place = new Workplace();
const data = place.examples("annotations.jsonlines", 8);
afterAll(() => place.remove());

const quick = {
  model: "luke-mini",
  vocabSize: 300,
  threads: 1,
  batchSize: 64,
  maxSteps: 3,
  output: place.path("model"),
};

test("a dry run says parts, steps, time and memory, and writes nothing", async () => {
  const events: TrainEvent[] = [];
  const config = trainConfig.parse({ ...quick, evalSteps: 2 });
  const plan = await drain(planTraining([data], config), (event) => void events.push(event));
  expect(events.map(({ type }) => type)).toEqual(["data", "model", "step", "step", "step"]);
  expect(plan).toMatchObject({ steps: 3, evalSteps: 2, evaluations: 2, batchSize: 64, learningRate: 6e-4, threads: 1 });
  const { measuredSteps, seconds, secondsLeft, memory } = plan.estimate;
  // The first step allocates, and is not measured.
  expect(measuredSteps).toBe(2);
  expect(secondsLeft).toBeGreaterThan(0);
  expect(seconds).toBeGreaterThan(secondsLeft);
  expect(memory.peak).toBeGreaterThan(memory.parameters);
  expect(memory.machine).toBeGreaterThan(memory.peak);
  expect(existsSync(quick.output)).toBe(false);
});

test("it refuses what a run would refuse, before it reads anything", async () => {
  const plan = (given: object): Promise<unknown> =>
    drain(planTraining(["nowhere"], trainConfig.parse({ ...quick, ...given })));
  await expect(plan({ learningRate: 5 })).rejects.toThrow("--learning-rate: 5 would destroy the weights");
  await expect(plan({ resume: true })).rejects.toThrow("--resume goes on with one");
  await expect(plan({ output: place.path(".") })).rejects.toThrow("is not empty");
});
