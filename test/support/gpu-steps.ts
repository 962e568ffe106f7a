// Training steps of a tiny encoder on a GPU that is software, beside the CPU and beside transformers and torch
// (scripts/oracle/encoder_families.py, luke_training.py).
import { rmSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { openCheckpoint } from "../../src/model/checkpoint.ts";
import { classifierFeeds, classifierGraph, type ClassifierShape } from "../../src/model/classifier.ts";
import { luke } from "../../src/model/encoders/luke/luke-encoder.ts";
import { pairHead } from "../../src/model/heads/pair-head.ts";
import { trainableClassifier } from "../../src/model/trainable.ts";
import type { Weights } from "../../src/nn/parameters.ts";
import { cpu } from "../../src/runtime/cpu.ts";
import type { Device } from "../../src/runtime/device.ts";
import { openDevice } from "../../src/runtime/devices.ts";
import { float32, type TensorValue } from "../../src/runtime/values.ts";
import type { Batch } from "../../src/tokenization/inputs/collate.ts";
import { AdamW } from "../../src/training/adamw.ts";
import { clipScale, GradientNorm } from "../../src/training/gradient-norm.ts";
import { linearSchedule, warmupSteps } from "../../src/training/schedule.ts";
import { TrainingSession } from "../../src/training/training-session.ts";
import { familyFolder, familyTensors, models, settings } from "./encoder-families.ts";
import { models as lukeModels } from "./luke-training-oracle.ts";
import { softwareGpu } from "./software-gpu.ts";
import { toBatch } from "./word-encoders.ts";

interface Run {
  readonly shape: ClassifierShape;
  readonly weights: Weights;
  readonly batches: readonly Batch[];
  /** Those of transformers and torch. */
  readonly losses: readonly number[];
  readonly settings: typeof settings;
}

async function lukeRun(): Promise<Run> {
  const { config, numLabels, head, training, tensors } = lukeModels.find((model) => model.training)!;
  return { shape: { encoder: luke, config, head, numLabels }, weights: await tensors("weights"), ...training! };
}

async function familyRun(name: string): Promise<Run> {
  const folder = familyFolder(name);
  const opened = await openCheckpoint(folder, { head: pairHead, id2label: ["NONE", "A", "B"], complete: true });
  rmSync(folder, { recursive: true });
  opened.weights.set("classifier.weight", (await familyTensors(name)).get("classifier.weight")!);
  const { batches, losses } = models.find((model) => model.name === name)!.training;
  const shape = { encoder: opened.encoder, config: opened.config, head: opened.head, numLabels: 3 };
  return { shape, weights: opened.weights, batches: batches.map(toBatch), losses, settings };
}

/** Trains as many steps, and returns the losses and the probabilities of the first batch by the weights that came out. */
async function trained(
  name: string,
  steps: number,
  device: Device,
): Promise<{ losses: number[]; probabilities: number[] }> {
  const { shape, weights, batches, losses: theirs, settings } = await (name === "luke" ? lukeRun() : familyRun(name));
  const session = await TrainingSession.create(trainableClassifier(shape), weights, {
    seed: 1,
    intraOpNumThreads: 1,
    device,
  });
  const optimizer = await AdamW.create(session.weights, session.specs, {
    weightDecay: settings.weightDecay,
    beta1: settings.adamBeta1,
    beta2: settings.adamBeta2,
    epsilon: settings.adamEpsilon,
    device,
  });
  const gradientNorm = await GradientNorm.create({ device });
  const rate = linearSchedule(warmupSteps(theirs.length, settings.warmupRatio), theirs.length);
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const { loss, gradients } = await session.run(batches[step % batches.length]!, { epoch: 0, step });
    const length = await gradientNorm.of(gradients);
    await optimizer.step(gradients, settings.learningRate * rate(step), clipScale(length, settings.maxGradNorm));
    expect(Math.abs(loss / theirs[step]! - 1), `step ${step + 1}, beside torch`).toBeLessThan(1e-4);
    losses.push(loss);
  }
  const probabilities = await probabilitiesOf(shape, session.weights, batches[0]!, device);
  await session.dispose();
  await optimizer.dispose();
  await gradientNorm.dispose();
  return { losses, probabilities };
}

/** Runs the graph of evaluations on the weights where they are; its nodes count among those of the device. */
async function probabilitiesOf(
  shape: ClassifierShape,
  weights: Weights,
  batch: Batch,
  device: Device,
): Promise<number[]> {
  const { builder, logits } = classifierGraph(shape, { training: false });
  const inputs = [...builder.inputs, ...builder.parameters.values()];
  const session = await device.compileInPlace(
    { name: "evaluation", inputs, outputs: new Map([["logits", logits]]) },
    {},
  );
  const feeds = new Map<string, TensorValue>(classifierFeeds(shape, batch));
  for (const [parameter, { data, shape: size }] of weights) feeds.set(parameter, float32(data, size));
  const { numLabels } = shape;
  const rows = new Float32Array(batch.pairCount * numLabels);
  await session.runInto(feeds, new Map([["logits", float32(rows, [batch.pairCount, numLabels])]]));
  await session.dispose();
  return Array.from({ length: batch.pairCount }, (_, row) => {
    const powers = Array.from(rows.subarray(row * numLabels, (row + 1) * numLabels), Math.exp);
    const sum = powers.reduce((total, power) => total + power, 0);
    return powers.map((power) => power / sum);
  }).flat();
}

const largest = (ours: readonly number[], theirs: readonly number[], difference: (a: number, b: number) => number) =>
  Math.max(...theirs.map((value, i) => difference(ours[i]!, value)));

/** Vectors of sizes, and their elements. */
const shapes = ["Concat", "Reshape", "Mul", "Add", "Shape", "Gather", "Slice"];

/** Defines the test of each encoder by its steps, or says on stderr why there is none. */
export async function describeGpuSteps(stepsOf: Readonly<Record<string, number>>): Promise<void> {
  const env = softwareGpu() ?? {};
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const failure =
    Object.keys(env).length === 0
      ? "there is no software GPU. `node scripts/software-gpu.js` fetches one"
      : await openDevice("webgpu").then(
          (device) => device.dispose?.(),
          (error: unknown) => (error as Error).message,
        );
  if (failure !== undefined)
    process.stderr.write(`SKIPPED: ${Object.keys(stepsOf).join(", ")} were not trained on WebGPU: ${failure}\n`);

  describe.skipIf(failure !== undefined)("on a software GPU", () => {
    test.each(Object.entries(stepsOf))("%s: %i steps", async (name, steps) => {
      const here = await trained(name, steps, cpu);
      const device = await openDevice("webgpu");
      const there = await trained(name, steps, device);
      const { onDevice, onCpu } = device.placement!;
      await device.dispose!();
      expect(there.losses.length).toBe(steps);
      expect(largest(there.losses, here.losses, (a, b) => Math.abs(a / b - 1))).toBeLessThan(1e-4);
      expect(there.probabilities.length).toBe(here.probabilities.length);
      expect(largest(there.probabilities, here.probabilities, (a, b) => Math.abs(a - b))).toBeLessThan(1e-4);
      expect(onDevice).toBeGreaterThan(300);
      expect(Object.keys(onCpu).filter((op) => !shapes.includes(op))).toEqual([]);
    });
  });
}
