// The model against luke.md 3.9 (values made by transformers 4.57.6 in float64), and its gradient against differences.
import { describe, expect, test } from "vitest";
import { backward, input, type Tensor } from "../src/autodiff/index.ts";
import type { LukeConfig } from "../src/luke/config.ts";
import { batchFeeds } from "../src/luke/feeds.ts";
import { crossEntropy, pairClassifier, pairClassifierParameters } from "../src/luke/pair-head.ts";
import { elementCount, initializeWeights, type Weights } from "../src/luke/parameters.ts";
import { random } from "../src/random.ts";
import { float32, tensorValue, type TensorValue } from "../src/runtime/session.ts";
import type { Batch } from "../src/tokenization/collate.ts";
import { meanTargets, TrainingSession } from "../src/training/training-session.ts";
import { compile } from "./support/run-graph.ts";

const tiny: LukeConfig = {
  vocabSize: 20,
  entityVocabSize: 5,
  hiddenSize: 8,
  entityEmbSize: 4,
  numHiddenLayers: 2,
  numAttentionHeads: 2,
  intermediateSize: 16,
  hiddenDropoutProb: 0.1,
  attentionProbsDropoutProb: 0.1,
  maxPositionEmbeddings: 16,
  typeVocabSize: 1,
  initializerRange: 0.02,
  layerNormEps: 1e-5,
  useEntityAwareAttention: true,
  padTokenId: 1,
};

/** luke.md 3.9: names in byte order, value = 0.3 sin(1.3 (i + 1) + 0.9 c), plus 1 for LayerNorm weights. */
function sineWeights(config: LukeConfig, numLabels: number): Weights {
  const specs = pairClassifierParameters(config, numLabels).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return new Map(
    specs.map(({ name, shape }, c) => {
      const shift = name.endsWith("LayerNorm.weight") ? 1 : 0;
      const data = Float32Array.from(
        { length: elementCount(shape) },
        (_, i) => 0.3 * Math.sin(1.3 * (i + 1) + 0.9 * c) + shift,
      );
      return [name, { shape, data }];
    }),
  );
}

const batch: Batch = {
  batch: 2,
  words: 6,
  entities: 2,
  mention: 3,
  pairCount: 2,
  inputIds: Int32Array.from([0, 5, 9, 6, 7, 2, 0, 8, 4, 2, 1, 1]),
  attentionMask: Uint8Array.from([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0]),
  entityIds: Int32Array.from([2, 3, 2, 0]),
  entityAttentionMask: Uint8Array.from([1, 1, 1, 0]),
  entityPositionIds: Int32Array.from([1, 2, -1, 3, 4, -1, 1, 2, 3, -1, -1, -1]),
  pairs: Int32Array.from([0, 1, 2, 3]),
  labels: Int32Array.from([1, 2]),
};

function feedsOf(config: LukeConfig, weights: Weights): Map<string, TensorValue> {
  const feeds = new Map<string, TensorValue>(
    [...weights].map(([name, { data, shape }]) => [name, float32(data, shape)]),
  );
  for (const [name, feed] of batchFeeds(batch, config)) feeds.set(name, tensorValue(feed));
  return feeds;
}

const golden = [
  { aware: true, logits: [2.3015795, -0.5709362, -1.8784091, 0.2451305, 0.2187886, -0.4072936] },
  { aware: false, logits: [-0.7255767, 1.3158245, -0.2496949, -0.2738756, 1.0065099, -0.472136] },
];

describe.each(golden)("pair classifier, entity-aware attention $aware", ({ aware, logits: expected }) => {
  const config = { ...tiny, useEntityAwareAttention: aware };

  test.each(["disabled", "all"] as const)("logits equal transformers', optimization %s", async (level) => {
    const { builder, logits } = pairClassifier(config, 3, { training: false });
    const session = await compile(
      [...builder.inputs, ...builder.parameters.values()],
      { logits },
      { graphOptimizationLevel: level },
    );
    const result = (await session.run(feedsOf(config, sineWeights(config, 3)))).get("logits")!;
    expect(result.dims).toEqual([2, 3]);
    for (const [i, value] of (result.data as Float32Array).entries())
      expect(Math.abs(value - expected[i]!)).toBeLessThan(2e-6);
    await session.dispose();
  });

  test.each(["disabled", "all"] as const)(
    "gradient of every weight equals central differences, optimization %s",
    async (level) => {
      const numLabels = 4;
      const { builder, logits } = pairClassifier(config, numLabels, { training: true });
      const targets = input("targets", ["pairs", numLabels]);
      const loss = crossEntropy(logits, targets);
      const parameters = [...builder.parameters];
      const gradients = backward(
        loss,
        parameters.map(([, tensor]) => tensor),
      );
      const masks = builder.dropoutSites.map(({ mask }) => mask);
      const inputs = [...builder.inputs, targets, ...masks, ...builder.parameters.values()];
      const outputs: Record<string, Tensor> = {};
      for (const [i, [name]] of parameters.entries()) outputs[`d ${name}`] = gradients[i]!;
      const analytic = await compile(inputs, outputs, { graphOptimizationLevel: level });
      const forward = await compile(inputs, { logits }, { graphOptimizationLevel: level });

      // Larger weights than a fresh model's, so that no gradient is lost in rounding.
      const weights = initializeWeights(
        pairClassifierParameters(config, numLabels),
        { ...config, initializerRange: 0.3 },
        1,
      );
      const feeds = feedsOf(config, weights);
      feeds.set("targets", meanTargets(batch.labels!, numLabels, 2));
      const sizes: Record<string, number> = {
        batch: 2,
        words: 6,
        entities: 2,
        pairs: 2,
        "words+entities": 8,
        "entities*batch": 4,
      };
      for (const mask of masks) {
        const dims = mask.shape.map((dim) =>
          typeof dim === "number" ? dim : dim.split("*").reduce((n, part) => n * sizes[part.replace(/[()]/g, "")]!, 1),
        );
        const stream = random(7, (mask.source as { name: string }).name);
        const data = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () =>
          stream.next() < 0.2 ? 0 : 1.25,
        );
        feeds.set((mask.source as { name: string }).name, float32(data, dims));
      }
      const result = await analytic.run(feeds);
      /** In float64 from the logits: the loss itself in float32 would lose the digits that the difference needs. */
      const lossOf = async (): Promise<number> => {
        const z = (await forward.run(feeds)).get("logits")!.data as Float32Array;
        let total = 0;
        for (const [row, label] of batch.labels!.entries()) {
          const scores = [...z.subarray(row * numLabels, (row + 1) * numLabels)];
          total += (Math.log(scores.reduce((sum, s) => sum + Math.exp(s), 0)) - scores[label]!) / 2;
        }
        return total;
      };
      const worst = { error: 0, at: "" };
      for (const [name, tensor] of parameters) {
        const { data } = weights.get(name)!;
        const gradient = result.get(`d ${name}`)!.data as Float32Array;
        expect(gradient.length, name).toBe(data.length);
        expect(tensor.shape, name).toEqual(weights.get(name)!.shape);
        // Along the gradient itself the slope is its length; along a random direction it is their product.
        const length = Math.hypot(...gradient);
        const stream = random(11, name);
        const directions = [
          length > 1e-6 ? gradient.map((g) => g / length) : undefined,
          gradient.map(() => (stream.next() < 0.5 ? -1 : 1) / Math.sqrt(gradient.length)),
        ];
        for (const direction of directions) {
          if (!direction) continue;
          const original = data.slice();
          const slope = async (h: number): Promise<number> => {
            data.forEach((_, i) => (data[i] = original[i]! + h * direction[i]!));
            const up = await lossOf();
            data.forEach((_, i) => (data[i] = original[i]! - h * direction[i]!));
            const down = await lossOf();
            data.set(original);
            return (up - down) / (2 * h);
          };
          const h = 2e-2;
          const numeric = (4 * (await slope(h)) - (await slope(2 * h))) / 3;
          const exact = direction.reduce((sum, d, i) => sum + d * gradient[i]!, 0);
          const error = Math.abs(numeric - exact) / (Math.abs(numeric) + Math.abs(exact) + 0.01);
          if (error > worst.error) Object.assign(worst, { error, at: `${name}: ${numeric} against ${exact}` });
        }
      }
      expect(worst.error, worst.at).toBeLessThan(1e-3);
      await analytic.dispose();
      await forward.dispose();
    },
  );
});

test("the training session's table gradients are the graph's own, padding rows excepted", async () => {
  const weights = sineWeights(tiny, 3);
  const noDropout = { ...tiny, hiddenDropoutProb: 0, attentionProbsDropoutProb: 0 };
  const { builder, logits } = pairClassifier(noDropout, 3, { training: true });
  const targets = input("targets", ["pairs", 3]);
  const names = ["luke.embeddings.word_embeddings.weight", "luke.entity_embeddings.position_embeddings.weight"];
  const gradients = backward(
    crossEntropy(logits, targets),
    names.map((name) => builder.parameters.get(name)!),
  );
  const whole = await compile(
    [...builder.inputs, targets, ...builder.parameters.values()],
    Object.fromEntries(names.map((name, i) => [`d ${name}`, gradients[i]!])),
  );
  const feeds = feedsOf(noDropout, weights).set("targets", meanTargets(batch.labels!, 3, 2));
  const expected = await whole.run(feeds);
  const session = await TrainingSession.create(noDropout, 3, weights, { seed: 1, intraOpNumThreads: 1 });
  for (let run = 0; run < 2; run++) {
    const result = await session.run(batch, { epoch: 0, step: 0 });
    for (const name of names) {
      const table = (expected.get(`d ${name}`)!.data as Float32Array).slice();
      if (name.includes("word_embeddings")) table.fill(0, 8, 16);
      for (const [i, value] of result.gradients.get(name)!.entries()) expect(value).toBeCloseTo(table[i]!, 6);
    }
  }
  await session.dispose();
  await whole.dispose();
});
