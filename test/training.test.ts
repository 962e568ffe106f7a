// The training loop on a model small enough to watch: it can overfit, repeats its golden curve, and accumulates exactly.
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { cpu } from "../src/runtime/cpu.ts";
import type { Device } from "../src/runtime/device.ts";
import type { TensorValue } from "../src/runtime/values.ts";
import { TrainingSession, classifierParameters } from "./support/luke.ts";
import type { LukeConfig } from "../src/model/encoders/luke/config.ts";
import { initializeFromScratch } from "../src/model/encoders/luke/initialization.ts";
import { withBias } from "../src/model/heads/head.ts";
import { pairHead, pairHeads } from "../src/model/heads/pair-head.ts";
import { trainingLoop, type TrainingEvent } from "../src/training/loop.ts";
import { plannedSteps } from "../src/training/planned-steps.ts";
import { trainingSettings, type TrainingSettings } from "../src/training/settings.ts";
import { encodings, examples, numLabels, tiny } from "./support/tiny-training.ts";

type Given = Partial<TrainingSettings> & { readonly learningRate: number };
type Event = TrainingEvent<{ value: number }>;

const scored = (value: () => number) =>
  async function* (): AsyncGenerator<never, { value: number }> {
    return { value: value() };
  };

async function run(
  config: LukeConfig,
  given: Given,
  evaluate = (): number => 0,
  device: Device = cpu,
): Promise<Event[]> {
  const settings = {
    ...trainingSettings.parse(given),
    learningRate: given.learningRate,
    epochs: given.epochs ?? 8,
    batchSize: given.batchSize ?? 32,
  };
  const weights = initializeFromScratch(classifierParameters(pairHead, config, numLabels), config, settings.seed);
  const session = await TrainingSession.create(config, numLabels, weights, {
    seed: settings.seed,
    intraOpNumThreads: 1,
    device,
    recomputesLayers: settings.lowMemory,
  });
  const events: Event[] = [];
  const loop = trainingLoop({ session, examples, settings, evaluate: scored(evaluate) });
  for await (const event of loop) if (event.type !== "boundary") events.push(event);
  await session.dispose();
  return events;
}

const losses = (events: readonly Event[]): number[] =>
  events.flatMap((event) => (event.type === "step" ? [event.loss] : []));
const without = { ...tiny, hiddenDropoutProb: 0, attentionProbsDropoutProb: 0 };

test("32 examples are learnt by heart: loss below 0.01", async () => {
  expect(encodings.length).toBe(32);
  const events = await run(without, {
    learningRate: 3e-3,
    epochs: 150,
    batchSize: 32,
    weightDecay: 0,
    evalSteps: 1000,
  });
  expect(losses(events).at(-1)).toBeLessThan(0.01);
});

const curve = { learningRate: 2e-3, batchSize: 8, maxSteps: 8, epochs: 2, seed: 7 };

// After a change that is meant to change training: UPDATE_GOLDEN=1 npx vitest run test/training.test.ts
test("the loss curve of eight steps with dropout is the golden one", async () => {
  const file = new URL("golden/loss-curve.json", import.meta.url);
  const measured = losses(await run(tiny, curve));
  if (process.env["UPDATE_GOLDEN"]) writeFileSync(file, `${JSON.stringify({ losses: measured }, null, 2)}\n`);
  const golden = JSON.parse(readFileSync(file, "utf8")) as { losses: number[] };
  expect(measured.length).toBe(golden.losses.length);
  for (const [i, loss] of measured.entries()) expect(loss, `step ${i + 1}`).toBeCloseTo(golden.losses[i]!, 4);
});

test("a device that holds the pools of dropout masks, and is given their places, takes the same steps", async () => {
  const held = new Set<TensorValue["data"]>();
  let most = 0;
  const memory: Device["memory"] = {
    async hold(values) {
      for (const { data } of values) held.add(data);
      most = Math.max(most, held.size);
    },
    async fetch() {},
    release(values) {
      for (const { data } of values) held.delete(data);
    },
    takeBytes: () => ({ up: 0, down: 0 }),
  };
  const here = losses(await run(tiny, curve));
  // Gradients of tables leave the graph whole on a device, and sums of rows in another order round differently.
  for (const [i, loss] of losses(await run(tiny, curve, undefined, { ...cpu, memory })).entries())
    expect(loss, `step ${i + 1}`).toBeCloseTo(here[i]!, 5);
  // The pool of the first epoch is gone by the second, and nothing stays at the end.
  expect(held.size).toBe(0);
  expect(most).toBeGreaterThan(0);
});

test("a batch of 8 and two parts of 4 give the same curve", async () => {
  const whole = losses(await run(without, curve));
  const parts = losses(await run(without, { ...curve, gradientAccumulationSteps: 2 }));
  expect(parts.length).toBe(8);
  for (const [i, loss] of parts.entries()) expect(loss).toBeCloseTo(whole[i]!, 4);
});

test("a batch of 32 and four parts of 8 give the same losses to 1e-5", async () => {
  const large = { ...curve, batchSize: 32, epochs: 8 };
  const whole = losses(await run(without, large));
  const parts = losses(await run(without, { ...large, gradientAccumulationSteps: 4 }));
  expect(parts.length).toBe(8);
  for (const [i, loss] of parts.entries()) expect(Math.abs(loss - whole[i]!)).toBeLessThan(1e-5);
});

test("with layers that are computed twice the curve is the same to the bit", async () => {
  const deeper = { ...tiny, numHiddenLayers: 4 };
  expect(losses(await run(deeper, { ...curve, lowMemory: true }))).toEqual(losses(await run(deeper, curve)));
});

test("the same seed gives the same bits, another seed does not", async () => {
  const first = losses(await run(tiny, curve));
  expect(losses(await run(tiny, curve))).toEqual(first);
  expect(losses(await run(tiny, { ...curve, seed: 8 }))).not.toEqual(first);
});

describe("how many steps, and how often it is scored", () => {
  const planned = (count: number, given: Partial<TrainingSettings>): { total: number; evalSteps: number } => {
    const { total, evalSteps } = plannedSteps(count, {
      ...trainingSettings.parse(given),
      epochs: given.epochs ?? 8,
      learningRate: 1,
      batchSize: given.batchSize ?? 8,
    });
    return { total, evalSteps };
  };

  test("as the epochs say, once an epoch", () => {
    expect(planned(30, { epochs: 5 })).toEqual({ total: 20, evalSteps: 4 });
    expect(planned(30, { epochs: 5, minSteps: 20 })).toEqual({ total: 20, evalSteps: 4 });
    expect(planned(30, { epochs: 1.5, maxSteps: 3, evalSteps: 2 })).toEqual({ total: 3, evalSteps: 2 });
  });

  test("of few texts at least --min-steps, scored no more often than by epoch", () => {
    expect(planned(3, { epochs: 5, minSteps: 200 })).toEqual({ total: 200, evalSteps: 40 });
    expect(planned(3, { epochs: 0.5, minSteps: 200 })).toEqual({ total: 200, evalSteps: 200 });
    expect(planned(3, { epochs: 5, minSteps: 200, maxSteps: 50 })).toEqual({ total: 50, evalSteps: 40 });
  });
});

describe("a learning rate for the head", () => {
  const rates = (events: readonly Event[]): [number, number | undefined][] =>
    events.flatMap((event) =>
      event.type === "step" ? [[event.learningRate, event.headLearningRate] as [number, number | undefined]] : [],
    );

  test("follows the same schedule, warm-up included", async () => {
    const own = rates(await run(tiny, { ...curve, warmupRatio: 0.25, headLearningRate: 1e-2 }));
    expect(own.map(([rate]) => rate)).toEqual(
      [0, 1, 2, 5 / 3, 4 / 3, 1, 2 / 3, 1 / 3].map((x) => expect.closeTo(1e-3 * x, 9)),
    );
    expect(own.map(([, ofHead]) => ofHead)).toEqual(
      [0, 5, 10, 25 / 3, 20 / 3, 5, 10 / 3, 5 / 3].map((x) => expect.closeTo(1e-3 * x, 9)),
    );
  });

  test("that equals the other changes no bit and one that differs does; without it no step has one", async () => {
    const alone = await run(tiny, curve);
    expect(rates(alone).every(([, ofHead]) => ofHead === undefined)).toBe(true);
    expect(losses(await run(tiny, { ...curve, headLearningRate: curve.learningRate }))).toEqual(losses(alone));
    expect(losses(await run(tiny, { ...curve, headLearningRate: 1e-2 }))).not.toEqual(losses(alone));
  });

  test("moves the classifier and its terms alone", () => {
    const ofHead = classifierParameters(withBias(pairHeads.distance), tiny, numLabels).filter(
      ({ isOfHead }) => isOfHead,
    );
    expect(ofHead.map(({ name }) => name)).toEqual([
      "classifier.weight",
      "classifier.bias",
      "pair_distance_embeddings.weight",
      "pair_distance_classifier.weight",
    ]);
  });
});

describe("a stop in the first evaluation", () => {
  async function stopped(stopGrace?: number): Promise<string[]> {
    const settings = { ...trainingSettings.parse(curve), learningRate: 2e-3, epochs: 1, batchSize: 8, evalSteps: 1 };
    const weights = initializeFromScratch(classifierParameters(pairHead, tiny, numLabels), tiny, 7);
    const session = await TrainingSession.create(tiny, numLabels, weights, {
      seed: 7,
      intraOpNumThreads: 1,
      device: cpu,
    });
    const said: string[] = [];
    let isStopping = false;
    const evaluate = async function* () {
      for (let done = 1; done <= 3; done++) yield { done, total: 3 };
      return { value: 1 };
    };
    const loop = trainingLoop({ session, examples, settings, evaluate, shouldStop: () => isStopping, stopGrace });
    for await (const event of loop) {
      said.push(event.type === "boundary" ? event.why : event.type);
      isStopping ||= event.type === "evaluating";
      if (event.type === "done") expect(event).toMatchObject({ step: 1, keptStep: stopGrace === 0 ? 0 : 1 });
    }
    await session.dispose();
    return said;
  }

  test("leaves it between two batches where no time is allowed, and offers the state as all there is", async () => {
    expect(await stopped(0)).toEqual(["step", "evaluating", "stopping", "stopping", "unscored", "done"]);
  });

  test("completes it where that takes no longer than is allowed", async () => {
    const evaluated = ["evaluating", "stopping", "evaluating", "evaluating", "evaluation", "evaluation"];
    expect(await stopped(60_000)).toEqual(["step", ...evaluated, "stopping", "done"]);
    expect(await stopped()).toEqual(["step", ...evaluated, "stopping", "done"]);
  });
});

describe("which checkpoint is best", () => {
  const scripted = (values: number[]): (() => number) => {
    const left = [...values];
    return () => left.shift() ?? 0;
  };

  test("of equal scores the earlier one; patience ends the run", async () => {
    const events = await run(
      without,
      { learningRate: 1e-3, epochs: 3, batchSize: 4, evalSteps: 1, patience: 3 },
      scripted([1, 3, 3, 2, 1, 9]),
    );
    const evaluations = events.filter((event) => event.type === "evaluation");
    expect(evaluations.map(({ isKept }) => isKept)).toEqual([true, true, false, false, false]);
    expect(events.at(-1)).toEqual({ type: "done", step: 5, keptStep: 2, reason: "patience" });
  });

  test("a last evaluation stands at the end, whatever evalSteps", async () => {
    const events = await run(without, { learningRate: 1e-3, epochs: 1, batchSize: 8, evalSteps: 3 });
    expect(events.flatMap((event) => (event.type === "evaluation" ? [event.step] : []))).toEqual([3, 4]);
    expect(events.at(-1)).toEqual({ type: "done", step: 4, keptStep: 3, reason: "finished" });
  });

  test("answers that are no numbers end the run and are never best", async () => {
    const events = run(
      without,
      { learningRate: 1e-3, epochs: 1, batchSize: 8, evalSteps: 1 },
      scripted([1, Number.NaN]),
    );
    await expect(events).rejects.toThrow(/diverged at step 2/);
  });
});
