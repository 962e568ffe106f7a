// A dry run: what it says before anything is trained, and that it leaves nothing behind.
import { existsSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { Workplace } from "../../test/support/run-cli.ts";
import { trainConfig } from "../config.ts";
import { drain } from "../generators.ts";
import { planTraining } from "./plan-training.ts";
import { lengthNotes } from "./prepared-run.ts";
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

test("a run that ends before --max-steps says so, and which flag lengthens it", () => {
  const notes = (minSteps: number | undefined, maxSteps: number | undefined, total: number): string[] =>
    lengthNotes({ minSteps, maxSteps, epochs: 8 }, { total });
  expect(notes(undefined, 30, 16)).toEqual([
    "8 epochs of these texts are 16 steps, fewer than --max-steps 30, which ends a run and does not lengthen it: --min-steps 30 trains that long.",
  ]);
  expect(notes(undefined, 30, 30)).toEqual([]);
  expect(notes(16, 30, 16)).toEqual([]);
  expect(notes(undefined, undefined, 16)).toEqual([]);
});

test("it refuses what a run would refuse, before it reads anything", async () => {
  const plan = (given: object): Promise<unknown> =>
    drain(planTraining(["nowhere"], trainConfig.parse({ ...quick, ...given })));
  await expect(plan({ learningRate: 5 })).rejects.toThrow("--learning-rate: 5 would destroy the weights");
  await expect(plan({ resume: true })).rejects.toThrow("--resume goes on with one");
  await expect(plan({ output: place.path(".") })).rejects.toThrow("is not empty");
});
