// Adapters that PEFT 0.21.2 wrote (scripts/oracle/lora.py): merged and apart they answer alike, and learn as in torch.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { cpu } from "../src/runtime/cpu.ts";
import { readAdapterConfig } from "../src/model/adapters/base.ts";
import { AdaptedTensors } from "../src/model/adapters/adapted-tensors.ts";
import { peftPrefix } from "../src/model/adapters/adapter-config.ts";
import { resolveBase } from "../src/model/adapters/base.ts";
import {
  classifierFeeds,
  classifierGraph,
  classifierParameters,
  type ClassifierShape,
} from "../src/model/classifier.ts";
import { parseModelConfig } from "../src/model/config-file.ts";
import { pairHead } from "../src/model/heads/pair-head.ts";
import { learningParameters } from "../src/model/learning-layers.ts";
import { trainableClassifier } from "../src/model/trainable.ts";
import { openSafetensors } from "../src/model/weights/safetensors/read.ts";
import type { TensorFile } from "../src/model/weights/tensor-file.ts";
import { isOfAdapter } from "../src/nn/lora.ts";
import type { Weights } from "../src/nn/parameters.ts";
import { float32, type TensorValue } from "../src/runtime/values.ts";
import { AdamW } from "../src/training/adamw.ts";
import { clipScale, GradientNorm } from "../src/training/gradient-norm.ts";
import { TrainingSession } from "../src/training/training-session.ts";
import { compile } from "./support/run-graph.ts";
import { toBatch, type BatchFile } from "./support/word-encoders.ts";

const root = fileURLToPath(new URL("oracle/lora/", import.meta.url));
const {
  versions,
  models,
}: {
  versions: { peft: string };
  models: readonly {
    name: "luke" | "bert" | "bert-tokens";
    batch: Omit<BatchFile, "pairs">;
    before: number[][];
    after: number[][];
    losses: number[];
  }[];
} = JSON.parse(readFileSync(join(root, "answers.json"), "utf8"));

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0);
const norm = (a: ArrayLike<number>): number => Math.sqrt(dot(a, a));
const difference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

test("the answers are those of the PEFT that Relata follows", () => {
  expect(versions.peft).toBe("0.21.2");
  expect(models.map(({ name }) => name)).toEqual(["luke", "bert", "bert-tokens"]);
});

async function readAll(file: TensorFile, named = (name: string): string => name): Promise<Weights> {
  const weights: Weights = new Map();
  for (const name of file.names)
    weights.set(named(name), { shape: file.info(name).shape, data: await file.read(name) });
  return weights;
}

describe.each(models)("$name", ({ name, batch: file, before, after, losses }) => {
  const pairs = [
    [0, 1],
    [2, 3],
    [4, 5],
  ];
  // Entity id 1 makes Relata's bert read the first word of a mention, as the oracle's Pairs does.
  const ids = name === "luke" ? file.entity_ids : file.entity_ids.map((row) => row.map(() => 1));
  const batch = toBatch({ ...file, entity_ids: ids, pairs });
  const folder = join(root, name, "adapter");

  /** The base and the adapter, side by side and merged. */
  async function open(): Promise<{ shape: ClassifierShape; apart: Weights; merged: Weights; bare: ClassifierShape }> {
    const { base, scaling, tokens } = await readAdapterConfig(folder);
    const place = await resolveBase(folder, base);
    const own = join(folder, "config.json");
    const model = parseModelConfig(
      readFileSync(existsSync(own) ? own : join(place, "config.json"), "utf8"),
      "config.json",
    );
    const opened = await openSafetensors(join(place, "model.safetensors"));
    const adapter = await openSafetensors(join(folder, "adapter_model.safetensors"));
    const parts = { base: opened, adapter, scaling, tokens };
    const tensors = new AdaptedTensors(parts, model);
    const merged = await readAll(tensors);
    const { lora } = new AdaptedTensors({ ...parts, isApart: true }, model);
    const keys = model.encoder.keys(opened.names, model.encoder.parameters(model.config));
    const apart: Weights = new Map();
    for (const { name: one } of model.encoder.parameters(model.config)) {
      const source = keys.source(one)!;
      apart.set(one, { shape: opened.info(source).shape, data: await opened.read(source) });
    }
    for (const [one, weight] of await readAll(adapter, (named) => named.replace(peftPrefix, "")))
      apart.set(one, weight);
    await tensors.close();
    const bare: ClassifierShape = { encoder: model.encoder, config: model.config, head: pairHead, numLabels: 3 };
    return { bare, shape: { ...bare, lora }, apart, merged };
  }

  async function logitsOf(shape: ClassifierShape, weights: Weights): Promise<Float32Array> {
    const { builder, logits } = classifierGraph(shape, { training: false });
    const session = await compile([...builder.inputs, ...builder.parameters.values()], { logits });
    const feeds = new Map<string, TensorValue>();
    for (const parameter of builder.parameters.keys()) {
      const { data, shape: size } = weights.get(parameter)!;
      feeds.set(parameter, float32(data, size));
    }
    for (const [input, feed] of classifierFeeds(shape, batch)) feeds.set(input, feed);
    const results = await session.run(feeds);
    await session.dispose();
    return results.get("logits")!.data as Float32Array;
  }

  test("logits, with the adapter apart and merged", async () => {
    const { shape, bare, apart, merged } = await open();
    expect(shape.lora!.ranks.size).toBe(name === "luke" ? 18 : 4);
    expect(difference(before.flat(), await logitsOf(shape, apart))).toBeLessThan(1e-5);
    expect(difference(before.flat(), await logitsOf(bare, merged))).toBeLessThan(1e-5);
    // The base alone has no row for the new tokens.
    if (!shape.lora!.tokens) expect(difference(before.flat(), await logitsOf(bare, apart))).toBeGreaterThan(1e-2);
  });

  test("gradients, and twenty steps of AdamW", async () => {
    const { shape, apart } = await open();
    const answers = await openSafetensors(join(root, `${name}.safetensors`));
    const theirs = await readAll(answers);
    await answers.close();
    const base = new Map([...apart].map(([one, { data }]) => [one, data.slice()]));
    const trainable = trainableClassifier(shape, undefined, learningParameters(shape, {}));
    const session = await TrainingSession.create(trainable, apart, { seed: 1, intraOpNumThreads: 1, device: cpu });
    const options = { weightDecay: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, intraOpNumThreads: 1, device: cpu };
    const optimizer = await AdamW.create(apart, session.specs, options);
    const norms = await GradientNorm.create({ intraOpNumThreads: 1, device: cpu });
    const ours: number[] = [];
    for (let step = 0; step < 20; step++) {
      const { loss, gradients } = await session.run(batch, { epoch: 0, step });
      ours.push(loss);
      if (step === 0) {
        expect(gradients.tables.size).toBe(0);
        for (const [tensor, { data }] of theirs) {
          if (!tensor.startsWith("gradients/")) continue;
          const own = gradients.dense.get(tensor.slice("gradients/".length));
          // The queries of the words of LUKE's last layer reach no answer, and keys' additions to all scores cancel.
          if (!own || norm(data) < 1e-7) expect(norm(data), tensor).toBeLessThan(1e-7);
          else expect(dot(own, data) / (norm(own) * norm(data)), tensor).toBeGreaterThanOrEqual(0.99999);
        }
      }
      await optimizer.step(gradients, 1e-2, clipScale(await norms.of(gradients), 1));
    }
    await optimizer.dispose();
    await norms.dispose();
    await session.dispose();
    expect(difference(losses, ours)).toBeLessThan(1e-4);
    let compared = 0;
    for (const { name: one } of classifierParameters(shape)) {
      const trained = theirs.get(`trained/${one}`);
      expect(trained !== undefined, one).toBe(isOfAdapter(one) || one.startsWith("classifier"));
      if (trained) expect(difference(trained.data, apart.get(one)!.data), one).toBeLessThan(1e-4);
      else expect(apart.get(one)!.data, one).toEqual(base.get(one));
      compared++;
    }
    expect(compared).toBeGreaterThan(20);
    expect(difference(after.flat(), await logitsOf(shape, apart))).toBeLessThan(1e-4);
  });
});
