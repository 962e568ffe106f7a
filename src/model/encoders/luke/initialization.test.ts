import { expect, test } from "vitest";
import { classifierParameters } from "../../classifier.ts";
import { lukeMini } from "./config.ts";
import { initializeFromScratch } from "./initialization.ts";
import { pairHead } from "../../heads/pair-head.ts";
import { luke } from "./luke-encoder.ts";
import { initializeWeights } from "../../../nn/parameters.ts";

const config = {
  ...lukeMini(300, 4),
  hiddenSize: 32,
  entityEmbSize: 16,
  intermediateSize: 64,
  maxPositionEmbeddings: 66,
};
const specs = classifierParameters({ encoder: luke, config, head: pairHead, numLabels: 3 });
const row = (data: Float32Array, i: number): number[] => [...data.subarray(i * 32, (i + 1) * 32)];

test("fresh weights: N(0, range), LayerNorm at identity, biases and padding rows 0, extra queries copied", () => {
  const weights = initializeWeights(specs, config, 1);
  const { data } = weights.get("luke.embeddings.word_embeddings.weight")!;
  const deviation = Math.sqrt(data.reduce((sum, value) => sum + value ** 2, 0) / data.length);
  expect(Math.abs(deviation / config.initializerRange - 1)).toBeLessThan(0.05);
  expect(row(data, 1).every((value) => value === 0)).toBe(true);
  expect(weights.get("luke.embeddings.LayerNorm.weight")!.data.every((value) => value === 1)).toBe(true);
  expect(weights.get("luke.encoder.layer.0.output.dense.bias")!.data.every((value) => value === 0)).toBe(true);
  const self = "luke.encoder.layer.1.attention.self";
  expect(weights.get(`${self}.w2e_query.weight`)!.data).toEqual(weights.get(`${self}.query.weight`)!.data);
});

test("weights depend on the seed and their name, not on what was drawn before", () => {
  const all = initializeWeights(specs, config, 1);
  const one = initializeWeights(
    specs.filter(({ name }) => name === "classifier.weight"),
    config,
    1,
  );
  expect(one.get("classifier.weight")!.data).toEqual(all.get("classifier.weight")!.data);
  expect(initializeWeights(specs, config, 2).get("classifier.weight")!.data).not.toEqual(
    all.get("classifier.weight")!.data,
  );
});

test("from scratch, a word and an entity at one place have the same position", () => {
  const weights = initializeFromScratch(specs, config, 1);
  const words = weights.get("luke.embeddings.position_embeddings.weight")!.data;
  const entities = weights.get("luke.entity_embeddings.position_embeddings.weight")!.data;
  for (const position of [0, 1, 17, 63]) expect(row(entities, position)).toEqual(row(words, position + 2));
  expect(row(entities, 3)).not.toEqual(row(entities, 4));
  expect(row(words, 1).every((value) => value === 0)).toBe(true);
});
