// Encoders of words against transformers 4.57.6 and torch (scripts/oracle/encoder_families.py): states, logits, gradients, AdamW.
import { rmSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { cpu } from "../src/runtime/cpu.ts";
import { openCheckpoint } from "../src/model/checkpoint.ts";
import { classifierFeeds, classifierGraph, type ClassifierShape } from "../src/model/classifier.ts";
import { angleTables } from "../src/model/encoders/modernbert/angles.ts";
import { pairHead } from "../src/model/heads/pair-head.ts";
import { trainableClassifier } from "../src/model/trainable.ts";
import type { Weights } from "../src/nn/parameters.ts";
import { float32, type TensorValue } from "../src/runtime/values.ts";
import type { Batch } from "../src/tokenization/inputs/collate.ts";
import { AdamW } from "../src/training/adamw.ts";
import { clipScale, GradientNorm } from "../src/training/gradient-norm.ts";
import { linearSchedule, warmupSteps } from "../src/training/schedule.ts";
import { TrainingSession } from "../src/training/training-session.ts";
import { angles, familyFolder, familyTensors, models, settings, versions } from "./support/encoder-families.ts";
import { compile } from "./support/run-graph.ts";
import { wholeGradient } from "./support/whole-gradient.ts";
import { toBatch } from "./support/word-encoders.ts";

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0);
const norm = (a: ArrayLike<number>): number => Math.sqrt(dot(a, a));
const difference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

/** The softmax does not see what a key's bias adds to all scores of a query: its gradient is rounding. */
const isRoundingOnly = (name: string): boolean => /\.(?:key|k_lin)\.bias$/.test(name);

test("the answers are those of the version Relata follows", () => {
  expect(versions.transformers).toBe("4.57.6");
  expect(models.map(({ name }) => name)).toEqual([
    "bert",
    "roberta",
    "xlm-roberta",
    "camembert",
    "distilbert",
    "deberta-v2",
    "modernbert",
    "mmbert",
  ]);
});

test.each(angles)(
  "the angles of rotary positions, base $theta, up to position 8191",
  ({ theta, positions, cos, sin }) => {
    const tables = angleTables(8192, 64, theta);
    for (const [i, position] of positions.entries()) {
      const row = (table: Float32Array): Float32Array => table.subarray(position * 32, (position + 1) * 32);
      expect(difference(cos[i]!, row(tables.cos))).toBeLessThan(2e-7);
      expect(difference(sin[i]!, row(tables.sin))).toBeLessThan(2e-7);
    }
  },
);

describe.each(models)("$name", ({ name, batch: file, logits, loss: expectedLoss, training }) => {
  const batch = toBatch(file);
  const folder = familyFolder(name);
  afterAll(() => rmSync(folder, { recursive: true }));

  /** The encoder of the folder under the classifier that the oracle used, and the oracle's tensors. */
  async function open(): Promise<{ shape: ClassifierShape; weights: Weights; theirs: Weights }> {
    const opening = { head: pairHead, id2label: ["NONE", "A", "B"], complete: true };
    const { encoder, config, head, weights } = await openCheckpoint(folder, opening);
    const theirs = await familyTensors(name);
    weights.set("classifier.weight", theirs.get("classifier.weight")!);
    return { shape: { encoder, config, head, numLabels: 3 }, weights, theirs };
  }

  const openSession = (shape: ClassifierShape, weights: Weights): Promise<TrainingSession<Batch>> =>
    TrainingSession.create(trainableClassifier(shape), weights, { seed: 1, intraOpNumThreads: 1, device: cpu });

  test("states and logits", async () => {
    const { shape, weights, theirs } = await open();
    expect(shape.encoder.name).toBe(name === "mmbert" ? "modernbert" : name);
    const { builder, logits: ours } = classifierGraph({ ...shape }, { training: false });
    const words = shape.encoder.states(builder, shape.config, "both").words!;
    const session = await compile([...builder.inputs, ...builder.parameters.values()], { words, logits: ours });
    const feeds = new Map<string, TensorValue>();
    for (const [parameter, { data, shape: size }] of weights) feeds.set(parameter, float32(data, size));
    for (const [input, feed] of classifierFeeds(shape, batch)) feeds.set(input, feed);
    const results = await session.run(feeds);
    await session.dispose();
    const [states, reference] = [results.get("words")!.data as Float32Array, theirs.get("states")!.data];
    expect(states.length).toBe(reference.length);
    const width = states.length / batch.attentionMask.length;
    // Nothing reads the states of padding.
    const ofWords = (all: Float32Array): Float32Array =>
      all.filter((_, i) => batch.attentionMask[Math.floor(i / width)]);
    expect(difference(ofWords(reference), ofWords(states))).toBeLessThan(5e-6);
    expect(difference(logits.flat(), results.get("logits")!.data as Float32Array)).toBeLessThan(5e-6);
  });

  test("loss and gradient of every parameter", async () => {
    const { shape, weights, theirs } = await open();
    const session = await openSession(shape, weights);
    const { loss, gradients } = await session.run(batch, { epoch: 0, step: 0 });
    await session.dispose();
    expect(Math.abs(loss - expectedLoss)).toBeLessThan(1e-5);
    const references = [...theirs].filter(([tensor]) => tensor.startsWith("gradients/"));
    const whole = norm(references.map(([, { data }]) => norm(data)));
    const compared = session.specs.filter(({ trainable }) => trainable !== false);
    for (const spec of compared) {
      const reference = theirs.get(`gradients/${spec.name}`)!.data;
      const ours = wholeGradient(gradients, spec)!;
      expect(ours.length, spec.name).toBe(reference.length);
      if (isRoundingOnly(spec.name))
        expect(Math.max(norm(ours), norm(reference)) / whole, spec.name).toBeLessThan(1e-6);
      else expect(dot(ours, reference) / (norm(ours) * norm(reference)), spec.name).toBeGreaterThanOrEqual(0.99999);
    }
    expect(compared.length).toBe(references.length);
  });

  test("fifty AdamW steps", async () => {
    const { shape, weights, theirs } = await open();
    const session = await openSession(shape, weights);
    const optimizer = await AdamW.create(session.weights, session.specs, {
      weightDecay: settings.weightDecay,
      beta1: settings.adamBeta1,
      beta2: settings.adamBeta2,
      epsilon: settings.adamEpsilon,
      device: cpu,
    });
    const gradientNorm = await GradientNorm.create({ device: cpu });
    const batches = training.batches.map(toBatch);
    const rate = linearSchedule(warmupSteps(training.losses.length, settings.warmupRatio), training.losses.length);
    const losses: number[] = [];
    for (let step = 0; step < training.losses.length; step++) {
      const { loss, gradients } = await session.run(batches[step % batches.length]!, { epoch: 0, step });
      const length = await gradientNorm.of(gradients);
      await optimizer.step(gradients, settings.learningRate * rate(step), clipScale(length, settings.maxGradNorm));
      losses.push(loss);
    }
    await session.dispose();
    await optimizer.dispose();
    await gradientNorm.dispose();
    expect(losses.length).toBe(50);
    expect(difference(training.losses, losses)).toBeLessThan(1e-4);
    for (const { name: parameter, trainable } of session.specs) {
      if (trainable === false || isRoundingOnly(parameter)) continue;
      const reference = theirs.get(`trained/${parameter}`)!.data;
      expect(difference(reference, session.weights.get(parameter)!.data), parameter).toBeLessThan(1e-4);
    }
  });
});
