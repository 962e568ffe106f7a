// Levitated markers against transformers 4.57.6 (scripts/oracle/levitated_markers.py): the same input_ids, position_ids and 3-D mask.
import { readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { cpu } from "../src/runtime/cpu.ts";
import { openCheckpoint } from "../src/model/checkpoint.ts";
import { classifierFeeds, classifierGraph, type ClassifierShape } from "../src/model/classifier.ts";
import type { EncoderConfig } from "../src/model/encoders/encoder.ts";
import type { LevitatedMarkers } from "../src/model/encoders/markers/levitated.ts";
import { pairHead } from "../src/model/heads/pair-head.ts";
import { trainableClassifier } from "../src/model/trainable.ts";
import { openSafetensors } from "../src/model/weights/safetensors/read.ts";
import type { Weights } from "../src/nn/parameters.ts";
import { float32, type TensorValue } from "../src/runtime/values.ts";
import { TrainingSession } from "../src/training/training-session.ts";
import { familyFolder } from "./support/encoder-families.ts";
import { compile } from "./support/run-graph.ts";
import { wholeGradient } from "./support/whole-gradient.ts";
import { modelFolder, toBatch, type BatchFile } from "./support/word-encoders.ts";

const pathOf = (name: string): string => fileURLToPath(new URL(`oracle/levitated-markers/${name}`, import.meta.url));

interface Case extends LevitatedMarkers {
  readonly name: string;
  readonly batch: BatchFile;
  readonly logits: readonly (readonly number[])[];
  readonly loss: number;
}
const { versions, models }: { versions: { transformers: string }; models: readonly Case[] } = JSON.parse(
  readFileSync(pathOf("answers.json"), "utf8"),
);

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0);
const norm = (a: ArrayLike<number>): number => Math.sqrt(dot(a, a));
const difference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

test("the answers are those of the version Relata follows, for every kind of positions", () => {
  expect(versions.transformers).toBe("4.57.6");
  expect(models.map(({ name, attention, state }) => `${name} ${attention} ${state}`)).toEqual([
    "bert all both",
    "bert pair mean",
    "roberta pair both",
    "roberta all mean",
    "modernbert all both",
    "modernbert pair mean",
    "deberta-v2 all both",
    "deberta-v2 pair mean",
  ]);
});

describe.each(models)("$name, attention $attention, state $state", ({ name, attention, state, ...theirs }) => {
  const batch = toBatch(theirs.batch);
  const folder = ["modernbert", "deberta-v2"].includes(name) ? familyFolder(name) : modelFolder(name);
  afterAll(() => rmSync(folder, { recursive: true }));

  async function open(): Promise<{ shape: ClassifierShape; weights: Weights; tensors: Map<string, Float32Array> }> {
    const { encoder, config, weights } = await openCheckpoint(folder, {
      head: pairHead,
      id2label: ["NONE", "A", "B"],
      complete: true,
    });
    const file = await openSafetensors(pathOf(`${name}.${attention}.${state}.safetensors`));
    const tensors = new Map<string, Float32Array>();
    for (const tensor of file.names) tensors.set(tensor, await file.read(tensor));
    await file.close();
    const mentionSize = state === "both" ? 32 : undefined;
    weights.set("classifier.weight", {
      shape: [3, state === "both" ? 64 : 32],
      data: tensors.get("classifier.weight")!,
    });
    const marked: EncoderConfig & { levitated: LevitatedMarkers } = {
      ...config,
      mentionSize,
      levitated: { attention, state },
    };
    return { shape: { encoder, config: marked, head: pairHead, numLabels: 3 }, weights, tensors };
  }

  /** Nothing reads the states of padding. */
  function withoutPadding(states: Float32Array): Float32Array {
    const tokens = batch.words + 2 * batch.entities;
    const isToken = (at: number): boolean => {
      const [row, place] = [Math.floor(at / tokens), at % tokens];
      if (place < batch.words) return batch.attentionMask[row * batch.words + place] === 1;
      return batch.entityAttentionMask[row * batch.entities + ((place - batch.words) % batch.entities)] === 1;
    };
    return states.filter((_, i) => isToken(Math.floor(i / 16)));
  }

  test("states of words and markers, logits", async () => {
    const { shape, weights, tensors } = await open();
    const { builder, logits } = classifierGraph(shape, { training: false });
    const inLayers = builder.layers.at(-1)!.output;
    const last =
      shape.encoder.name === "modernbert" ? builder.layerNormalization(inLayers, "model.final_norm", 1e-5) : inLayers;
    const session = await compile([...builder.inputs, ...builder.parameters.values()], { last, logits });
    const feeds = new Map<string, TensorValue>(classifierFeeds(shape, batch));
    for (const [parameter, { data, shape: size }] of weights) feeds.set(parameter, float32(data, size));
    const results = await session.run(feeds);
    await session.dispose();
    const states = results.get("last")!.data as Float32Array;
    expect(states.length).toBe(tensors.get("states")!.length);
    expect(difference(withoutPadding(tensors.get("states")!), withoutPadding(states))).toBeLessThan(1e-5);
    expect(difference(theirs.logits.flat(), results.get("logits")!.data as Float32Array)).toBeLessThan(1e-5);
  });

  test("loss and gradient of every parameter", async () => {
    const { shape, weights, tensors } = await open();
    const options = { seed: 1, intraOpNumThreads: 1, device: cpu };
    const session = await TrainingSession.create(trainableClassifier(shape), weights, options);
    const { loss, gradients } = await session.run(batch, { epoch: 0, step: 0 });
    await session.dispose();
    expect(Math.abs(loss - theirs.loss)).toBeLessThan(1e-5);
    const own = [...tensors].filter(([tensor]) => tensor.startsWith("gradients/"));
    const whole = norm(own.map(([, data]) => norm(data)));
    const trained = session.specs.filter(({ trainable }) => trainable !== false);
    expect(trained.length).toBe(own.length);
    for (const spec of trained) {
      const [ours, reference] = [wholeGradient(gradients, spec)!, tensors.get(`gradients/${spec.name}`)!];
      // The softmax does not see what a key's bias adds to all scores of a query: what is left is rounding.
      if (spec.name.endsWith(".key.bias"))
        expect(Math.max(norm(ours), norm(reference)) / whole, spec.name).toBeLessThan(1e-6);
      else expect(dot(ours, reference) / (norm(ours) * norm(reference)), spec.name).toBeGreaterThanOrEqual(0.99999);
    }
  });
});
