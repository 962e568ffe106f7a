// BERT, RoBERTa, XLM-R and CamemBERT against transformers 4.57.6 (scripts/oracle/word_encoders.py): states, logits, gradients.
import { rmSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { cpu } from "../src/runtime/cpu.ts";
import { openCheckpoint } from "../src/model/checkpoint.ts";
import { classifierFeeds, classifierGraph, type ClassifierShape } from "../src/model/classifier.ts";
import { pairHead } from "../src/model/heads/pair-head.ts";
import { trainableClassifier } from "../src/model/trainable.ts";
import { openSafetensors } from "../src/model/weights/safetensors/read.ts";
import type { Weights } from "../src/nn/parameters.ts";
import { float32, type TensorValue } from "../src/runtime/values.ts";
import { TrainingSession } from "../src/training/training-session.ts";
import { compile } from "./support/run-graph.ts";
import { wholeGradient } from "./support/whole-gradient.ts";
import { modelFolder, models, pathOf, toBatch, versions } from "./support/word-encoders.ts";

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0);
const norm = (a: ArrayLike<number>): number => Math.sqrt(dot(a, a));
const difference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

test("the answers are those of the version Relata follows, for every encoder", () => {
  expect(versions.transformers).toBe("4.57.6");
  expect(models.map(({ name }) => name)).toEqual(["bert", "roberta", "xlm-roberta", "camembert"]);
});

describe.each(models)("$name", ({ name, batch: file, logits, loss: expectedLoss }) => {
  const batch = toBatch(file);
  const folder = modelFolder(name);
  afterAll(() => rmSync(folder, { recursive: true }));

  /** The encoder of the folder under the classifier that the oracle used, and the oracle's tensors. */
  async function open(): Promise<{ shape: ClassifierShape; weights: Weights; theirs: Map<string, Float32Array> }> {
    const id2label = ["NONE", "A", "B"];
    const { encoder, config, head, weights } = await openCheckpoint(folder, {
      head: pairHead,
      id2label,
      complete: true,
    });
    const answers = await openSafetensors(pathOf(`${name}.safetensors`));
    const theirs = new Map<string, Float32Array>();
    for (const tensor of answers.names) theirs.set(tensor, await answers.read(tensor));
    await answers.close();
    weights.set("classifier.weight", { shape: [3, 32], data: theirs.get("classifier.weight")! });
    return { shape: { encoder, config, head, numLabels: 3 }, weights, theirs };
  }

  test("states and logits", async () => {
    const { shape, weights, theirs } = await open();
    expect(shape.encoder.name).toBe(name);
    const { builder, logits: ours } = classifierGraph(shape, { training: false });
    const words = builder.layers.at(-1)!.output;
    const session = await compile([...builder.inputs, ...builder.parameters.values()], { words, logits: ours });
    const feeds = new Map<string, TensorValue>();
    for (const [parameter, { data, shape: size }] of weights) feeds.set(parameter, float32(data, size));
    for (const [input, feed] of classifierFeeds(shape, batch)) feeds.set(input, feed);
    const results = await session.run(feeds);
    await session.dispose();
    const states = results.get("words")!.data as Float32Array;
    expect(states.length).toBe(theirs.get("states")!.length);
    expect(difference(theirs.get("states")!, states)).toBeLessThan(5e-6);
    expect(difference(logits.flat(), results.get("logits")!.data as Float32Array)).toBeLessThan(5e-6);
  });

  test("loss and gradient of every parameter", async () => {
    const { shape, weights, theirs } = await open();
    const session = await TrainingSession.create(trainableClassifier(shape), weights, {
      device: cpu,
      seed: 1,
      intraOpNumThreads: 1,
    });
    const { loss, gradients } = await session.run(batch, { epoch: 0, step: 0 });
    await session.dispose();
    expect(Math.abs(loss - expectedLoss)).toBeLessThan(1e-5);
    const gradientOf = (parameter: string): Float32Array | undefined => theirs.get(`gradients/${parameter}`);
    const whole = norm([...theirs].filter(([tensor]) => tensor.startsWith("gradients/")).map(([, data]) => norm(data)));
    let compared = 0;
    for (const spec of session.specs) {
      const reference = gradientOf(spec.name);
      if (spec.trainable === false) {
        expect(reference, spec.name).toBeUndefined();
        continue;
      }
      const ours = wholeGradient(gradients, spec)!;
      expect(ours.length, spec.name).toBe(reference!.length);
      // The softmax does not see what a key's bias adds to all scores of a query: what is left is rounding.
      if (spec.name.endsWith(".key.bias"))
        expect(Math.max(norm(ours), norm(reference!)) / whole, spec.name).toBeLessThan(1e-6);
      else expect(dot(ours, reference!) / (norm(ours) * norm(reference!)), spec.name).toBeGreaterThanOrEqual(0.99999);
      compared++;
    }
    expect(compared).toBe(theirs.size - 2);
  });
});
