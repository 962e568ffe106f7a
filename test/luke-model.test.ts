// The model against luke.md 3.9 (values made by transformers 4.57.6 in float64), and its gradient against differences.
import { describe, expect, test } from "vitest";
import { cpu } from "../src/runtime/cpu.ts";
import { TrainingSession, batchFeeds, classifier, classifierParameters } from "./support/luke.ts";
import { backward, type Tensor } from "../src/autodiff/index.ts";
import type { LukeConfig } from "../src/model/encoders/luke/config.ts";
import { entityHead } from "../src/model/heads/entity-head.ts";
import { type Head, withBias } from "../src/model/heads/head.ts";
import { pairHead } from "../src/model/heads/pair-head.ts";
import { elementCount, initializeWeights, type Weights } from "../src/nn/parameters.ts";
import { spanHead } from "../src/model/heads/span-head.ts";
import { random } from "../src/random.ts";
import { float32, type TensorValue } from "../src/runtime/session.ts";
import type { Batch } from "../src/tokenization/inputs/collate.ts";
import { ignoredLabel, multiLabel, singleLabel } from "../src/nn/objectives.ts";
import { wholeGradient } from "./support/whole-gradient.ts";
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
function sineWeights(head: Head, config: LukeConfig, numLabels: number): Weights {
  const specs = classifierParameters(head, config, numLabels).toSorted((a, b) => (a.name < b.name ? -1 : 1));
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
  entityStartPositions: Int32Array.from([1, 3, 1, 0]),
  entityEndPositions: Int32Array.from([2, 4, 3, 0]),
  pairs: Int32Array.from([0, 1, 2, 3]),
  labels: Int32Array.from([1, 2]),
};

function feedsOf(config: LukeConfig, weights: Weights): Map<string, TensorValue> {
  const feeds = new Map<string, TensorValue>(
    [...weights].map(([name, { data, shape }]) => [name, float32(data, shape)]),
  );
  for (const [name, feed] of batchFeeds(batch, config)) feeds.set(name, feed);
  return feeds;
}

const golden = [
  {
    head: pairHead,
    aware: true,
    logits: [2.3015795, -0.5709362, -1.8784091, 0.2451305, 0.2187886, -0.4072936],
  },
  {
    head: pairHead,
    aware: false,
    logits: [-0.7255767, 1.3158245, -0.2496949, -0.2738756, 1.0065099, -0.472136],
  },
  {
    head: entityHead,
    aware: true,
    logits: [1.426825, 0.3587987, -1.5731353, 1.1826344, 0.7240243, -1.7387163],
  },
  {
    head: entityHead,
    aware: false,
    logits: [0.4501555, -0.6282454, 0.5109665, 1.0009293, -0.9717411, 0.3455841],
  },
  {
    head: spanHead,
    aware: true,
    logits: [
      -1.020396, -1.1504531, -1.4464599, -1.8860195, -1.4339197, -1.1346043, -1.5860182, -1.7548336, -2.0615292,
      0.1524333, 0.3854664, 0.3812165,
    ],
  },
  {
    head: spanHead,
    aware: false,
    logits: [
      1.563247, 1.3118917, 0.780227, -0.0150674, 0.3411432, 0.4621293, 1.1865449, 0.8672404, 0.2882776, 1.1500892,
      1.3818015, 1.3299576,
    ],
  },
];

test.each(golden)(
  "logits of the $head.name head equal transformers', entity-aware attention $aware",
  async ({ head, aware, logits: expected }) => {
    const config = { ...tiny, useEntityAwareAttention: aware };
    for (const graphOptimizationLevel of ["disabled", "all"] as const) {
      const { builder, logits } = classifier(head, config, 3, { training: false });
      const inputs = [...builder.inputs, ...builder.parameters.values()];
      const session = await compile(inputs, { logits }, { graphOptimizationLevel });
      const result = (await session.run(feedsOf(config, sineWeights(head, config, 3)))).get("logits")!;
      expect(result.dims).toEqual([expected.length / 3, 3]);
      for (const [i, value] of (result.data as Float32Array).entries())
        expect(Math.abs(value - expected[i]!)).toBeLessThan(2e-6);
      await session.dispose();
    }
  },
);

const numLabels = 4;

/** Losses of 4 labels, with the row of a padding entity left out or counted as `transformers` does; in float64 from logits. */
const objectives = [
  {
    name: "cross entropy",
    objective: singleLabel,
    labels: (rows: number) => Int32Array.from([1, 2, 3, ignoredLabel]).subarray(0, rows),
    lossOf: (logits: readonly number[], labels: Int32Array) => {
      const rows = [...labels.entries()].filter(([, label]) => label !== ignoredLabel);
      const losses = rows.map(([row, label]) => {
        const scores = logits.slice(row * numLabels, (row + 1) * numLabels);
        return Math.log(scores.reduce((sum, s) => sum + Math.exp(s), 0)) - scores[label]!;
      });
      return losses.reduce((a, b) => a + b) / rows.length;
    },
  },
  {
    name: "binary cross entropy",
    objective: multiLabel,
    labels: (rows: number) =>
      Int32Array.from([1, 0, 0, 1, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0]).subarray(0, rows * numLabels),
    lossOf: (logits: readonly number[], labels: Int32Array) =>
      logits.reduce((sum, z, i) => sum + Math.log1p(Math.exp(labels[i] === 1 ? -z : z)), 0) / labels.length,
  },
];

const learners = [pairHead, withBias(pairHead), entityHead, spanHead].flatMap((head) =>
  [true, false].flatMap((aware) =>
    objectives.map((objective) => ({
      ...objective,
      head,
      aware,
      title: `${head.name} head${head === pairHead ? " without bias" : ""}, ${objective.name}, entity-aware attention ${aware}`,
    })),
  ),
);

describe.each(learners)("$title", ({ head, aware, objective, labels: labelsOf, lossOf: exactLoss }) => {
  const config = { ...tiny, useEntityAwareAttention: aware };

  test.each(["disabled", "all"] as const)(
    "gradient of every weight equals central differences, optimization %s",
    async (level) => {
      const { builder, logits } = classifier(head, config, numLabels, { training: true });
      const { loss, inputs: targets } = objective.loss(logits);
      const labels = labelsOf(head === spanHead ? 4 : 2);
      const parameters = [...builder.parameters];
      const gradients = backward(
        loss,
        parameters.map(([, tensor]) => tensor),
      );
      const masks = builder.dropoutSites.map(({ mask }) => mask);
      const inputs = [...builder.inputs, ...targets, ...masks, ...builder.parameters.values()];
      const outputs: Record<string, Tensor> = {};
      for (const [i, [name]] of parameters.entries()) outputs[`d ${name}`] = gradients[i]!;
      const analytic = await compile(inputs, outputs, { graphOptimizationLevel: level });
      const forward = await compile(inputs, { logits }, { graphOptimizationLevel: level });

      // Larger weights than a fresh model's, so that no gradient is lost in rounding.
      const weights = initializeWeights(
        classifierParameters(head, config, numLabels),
        { ...config, initializerRange: 0.3 },
        1,
      );
      const feeds = feedsOf(config, weights);
      const rowsInMean = objective.countRows(labels, numLabels);
      for (const [name, value] of objective.feeds(labels, numLabels, rowsInMean)) feeds.set(name, value);
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
        return exactLoss([...z], labels);
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
          // 0.02: logits rounded to float32 leave the difference uncertain by about 1e-5.
          const error = Math.abs(numeric - exact) / (Math.abs(numeric) + Math.abs(exact) + 0.02);
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
  const weights = sineWeights(pairHead, tiny, 3);
  const noDropout = { ...tiny, hiddenDropoutProb: 0, attentionProbsDropoutProb: 0 };
  const { builder, logits } = classifier(pairHead, noDropout, 3, { training: true });
  const { loss, inputs: targets } = singleLabel.loss(logits);
  const names = ["luke.embeddings.word_embeddings.weight", "luke.entity_embeddings.position_embeddings.weight"];
  const gradients = backward(
    loss,
    names.map((name) => builder.parameters.get(name)!),
  );
  const whole = await compile(
    [...builder.inputs, ...targets, ...builder.parameters.values()],
    Object.fromEntries(names.map((name, i) => [`d ${name}`, gradients[i]!])),
  );
  const feeds = new Map([...feedsOf(noDropout, weights), ...singleLabel.feeds(batch.labels!, 3, 2)]);
  const expected = await whole.run(feeds);
  const session = await TrainingSession.create(noDropout, 3, weights, { seed: 1, intraOpNumThreads: 1, device: cpu });
  for (let run = 0; run < 2; run++) {
    const result = await session.run(batch, { epoch: 0, step: 0 });
    for (const name of names) {
      const table = (expected.get(`d ${name}`)!.data as Float32Array).slice();
      if (name.includes("word_embeddings")) table.fill(0, 8, 16);
      const spec = session.specs.find((one) => one.name === name)!;
      for (const [i, value] of wholeGradient(result.gradients, spec)!.entries())
        expect(value).toBeCloseTo(table[i]!, 6);
    }
  }
  await session.dispose();
  await whole.dispose();
});
