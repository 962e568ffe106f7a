// --freeze-layers and --layer-decay: what learns, how fast, and what a step no longer computes.
import { rmSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { cpu } from "../src/runtime/cpu.ts";
import { topologicalOrder } from "../src/autodiff/topological-order.ts";
import { openCheckpoint } from "../src/model/checkpoint.ts";
import type { ClassifierShape } from "../src/model/classifier.ts";
import { pairHead } from "../src/model/heads/pair-head.ts";
import { depthsOf, learningParameters, requireLayers, type LayerSettings } from "../src/model/learning-layers.ts";
import { trainableClassifier } from "../src/model/trainable.ts";
import type { Weights } from "../src/nn/parameters.ts";
import { AdamW } from "../src/training/adamw.ts";
import { buildTrainingGraph } from "../src/training/training-graph.ts";
import { type Step, TrainingSession } from "../src/training/training-session.ts";
import { modelFolder, models, toBatch } from "./support/word-encoders.ts";

const folder = modelFolder("bert");
afterAll(() => rmSync(folder, { recursive: true }));
const batch = toBatch(models.find(({ name }) => name === "bert")!.batch);

async function open(): Promise<{ shape: ClassifierShape; weights: Weights }> {
  const options = { head: pairHead, id2label: ["NONE", "A", "B"], complete: true };
  const { encoder, config, head, weights } = await openCheckpoint(folder, options);
  return { shape: { encoder, config, head, numLabels: 3 }, weights };
}

/** Loss and gradients, copied, and the weights after a step of AdamW at the rate 0.1. */
async function stepWith(settings: LayerSettings): Promise<Step & { before: Weights; after: Weights }> {
  const { shape, weights } = await open();
  const trainable = trainableClassifier(shape, undefined, learningParameters(shape, settings));
  const session = await TrainingSession.create(trainable, weights, { seed: 1, intraOpNumThreads: 1, device: cpu });
  const { loss, gradients } = await session.run(batch, { epoch: 0, step: 0 });
  const options = { weightDecay: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, intraOpNumThreads: 1, device: cpu };
  const before = new Map(
    [...weights].map(([name, { shape: size, data }]) => [name, { shape: size, data: data.slice() }]),
  );
  const optimizer = await AdamW.create(weights, session.specs, options);
  await optimizer.step(gradients, 0.1);
  await optimizer.dispose();
  await session.dispose();
  return { loss, gradients, before, after: weights };
}

const moved = ({ before, after }: { before: Weights; after: Weights }, name: string): number =>
  after.get(name)!.data.reduce((most, value, i) => Math.max(most, Math.abs(value - before.get(name)!.data[i]!)), 0);

describe("frozen layers", () => {
  test("stay as they are, and the others have the gradients that they have without", async () => {
    const whole = await stepWith({});
    const part = await stepWith({ freezeLayers: 1 });
    expect(part.loss).toBe(whole.loss);
    expect([...part.gradients.tables.keys()]).toEqual([]);
    const learning = [...whole.gradients.dense.keys()].filter((name) => /\.layer\.1\.|^classifier/.test(name));
    expect(learning.length).toBe(17);
    expect([...part.gradients.dense.keys()].sort()).toEqual(learning.sort());
    for (const [name, gradient] of part.gradients.dense) expect(gradient).toEqual(whole.gradients.dense.get(name));
    for (const name of part.after.keys())
      expect(moved(part, name) > 0, name).toBe(/\.layer\.1\.|^classifier/.test(name));
  });

  test("cost no node of their gradients", async () => {
    const { shape } = await open();
    const nodes = (settings: LayerSettings): number => {
      const { graph } = buildTrainingGraph(trainableClassifier(shape, undefined, learningParameters(shape, settings)));
      return topologicalOrder([...graph.outputs.values()]).length;
    };
    const { builder, loss } = trainableClassifier(shape).graph();
    const forward = topologicalOrder([loss]).length;
    const ofLayer = topologicalOrder([builder.layers[1]!.output], new Set([builder.layers[1]!.input])).length;
    const [none, embeddings, one, both] = [{}, { freezeLayers: 0 }, { freezeLayers: 1 }, { freezeLayers: 2 }].map(
      nodes,
    );
    // With both frozen, only the head's gradients are left beside the forward pass.
    expect(both! - forward).toBeLessThan(15);
    expect(one! - both!).toBeGreaterThan(ofLayer);
    expect(embeddings! - one!).toBeGreaterThan(ofLayer);
    expect(none!).toBeGreaterThan(embeddings!);
  });
});

test("each layer learns at its own rate: the first step of AdamW moves by the rate, whatever the gradient", async () => {
  const run = await stepWith({ layerDecay: 0.5 });
  const rates: readonly (readonly [string, number])[] = [
    ["bert.embeddings.LayerNorm.weight", 0.025],
    ["bert.encoder.layer.0.output.dense.bias", 0.05],
    ["bert.encoder.layer.1.output.dense.bias", 0.1],
  ];
  for (const [name, rate] of rates) expect(moved(run, name), name).toBeCloseTo(rate, 5);
  // The classifier's weights decay too, by at most rate · 0.1 of themselves.
  expect(moved(run, "classifier.weight")).toBeGreaterThan(0.099);
});

test("depth follows the order in which a text passes the weights", () => {
  const specs = ["m.embeddings.weight", "m.layers.0.a", "m.layers.1.a", "m.final_norm.weight"].map((name) => ({
    name,
    shape: [1],
    init: "ones" as const,
  }));
  expect([...depthsOf(specs).values()]).toEqual([0, 1, 2, Infinity]);
});

test("settings that do nothing are refused", () => {
  const errorOf = (settings: LayerSettings): string => {
    try {
      requireLayers("tiny", 4, settings);
    } catch (error) {
      return (error as Error).message;
    }
    return "none";
  };
  expect(errorOf({ freezeLayers: 4 })).toBe("none");
  expect(errorOf({ freezeLayers: 5 })).toMatch(/^--freeze-layers: tiny has 4 layers; found 5\. Give 4 /);
  expect(errorOf({ freezeLayers: 2, layerDecay: 0.9 })).toBe("none");
  expect(errorOf({ freezeLayers: 3, layerDecay: 0.9 })).toMatch(/^--layer-decay does nothing with --freeze-layers 3/);
});
