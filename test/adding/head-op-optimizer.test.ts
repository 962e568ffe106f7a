// docs/adding.md, "A head", "An op", "An optimizer" and "A device": a toy one of each, through the public seams.
import { expect, test } from "vitest";
import { apply1 } from "../../src/autodiff/apply.ts";
import { backward, input, mul, reduceSum, scalar } from "../../src/autodiff/index.ts";
import type { OpName } from "../../src/autodiff/op-names.ts";
import type { Op, Tensor } from "../../src/autodiff/tensor.ts";
import { lukeMini, type LukeConfig } from "../../src/model/encoders/luke/config.ts";
import { denseHead } from "../../src/model/heads/head.ts";
import { initializeWeights } from "../../src/nn/parameters.ts";
import { cpu } from "../../src/runtime/cpu.ts";
import type { Device } from "../../src/runtime/device.ts";
import { float32 } from "../../src/runtime/values.ts";
import { collate } from "../../src/tokenization/inputs/collate.ts";
import { encodePairs } from "../../src/tokenization/inputs/pair-encoding.ts";
import { trainingLoop } from "../../src/training/loop.ts";
import type { MakeOptimizer } from "../../src/training/optimizer.ts";
import { trainingSettings } from "../../src/training/settings.ts";
import { classifierParameters, TrainingSession } from "../support/luke.ts";
import { compile } from "../support/run-graph.ts";
import { tinyTokenizer } from "../support/tiny-tokenizer.ts";

test("an op: its ONNX name, its shapes and its gradient are enough to run it and to differentiate it", async () => {
  /** y = 1/x;  dx = −dy ⊙ y² */
  const reciprocalOp: Op<readonly [x: Tensor]> = {
    name: "reciprocal" as OpName,
    onnx: "Reciprocal",
    infer: ([x]) => [x],
    gradient: ({ dy, outputs: [y] }) => [mul(dy, mul(scalar(-1), mul(y!, y!)))],
  };
  const x = input("x", ["n"]);
  const y = apply1(reciprocalOp, [x]);
  const [dx] = backward(reduceSum(y), [x]);
  const session = await compile([x], { y, dx: dx! });
  const answer = await session.run(new Map([["x", float32(Float32Array.of(1, 2, 4), [3])]]));
  await session.dispose();
  expect([...answer.get("y")!.data]).toEqual([1, 0.5, 0.25]);
  expect([...answer.get("dx")!.data]).toEqual([-1, -0.25, -0.0625]);
});

/** Classifies a text by the mean state of its words: one row for each text. */
const textHead = denseHead({
  name: "entity",
  reads: "both",
  rows: "batch",
  statesPerRow: 1,
  bias: true,
  features: (_, { words }) => reduceMeanOfWords(words!),
  inputs: () => new Map(),
  rowsOf: (encodings) => encodings.map((_, start) => ({ start, count: 1 })),
});

/** The number of words is known only when the graph runs, so the mean is a sum over a constant here. */
const reduceMeanOfWords = (words: Tensor): Tensor => mul(reduceSum(words, [1]), scalar(1 / 16));

/** w ← w − learning rate · g; remembers how often. */
const gradientDescent: MakeOptimizer = async (weights) => {
  let steps = 0;
  return {
    async step({ dense }, learningRate, scale = 1) {
      steps++;
      for (const [name, gradient] of dense) {
        const { data } = weights.get(name)!;
        for (let i = 0; i < data.length; i++) data[i]! -= learningRate * scale * gradient[i]!;
      }
    },
    state: () => ({ step: steps, arrays: new Map() }),
    restore: ({ step }) => void (steps = step),
    dispose: async () => {},
  };
};

/** Trains the toy head on four texts for 40 steps; returns the loss of each. */
async function lossesOf({ device, ...given }: { optimizer?: MakeOptimizer; device: Device }): Promise<number[]> {
  const tokenizer = tinyTokenizer();
  const config: LukeConfig = {
    ...lukeMini(tokenizer.words.vocabSize, tokenizer.entityVocab.size),
    hiddenSize: 16,
    entityEmbSize: 8,
    intermediateSize: 32,
    numHiddenLayers: 1,
    numAttentionHeads: 2,
    maxPositionEmbeddings: 66,
    hiddenDropoutProb: 0,
    attentionProbsDropoutProb: 0,
  };
  const texts = ["Anna read the letter", "Ben sent it", "In March Carla came", "She wrote"];
  const encodings = (
    await Promise.all(
      texts.map((text) => encodePairs(tokenizer, text, [{ head: { start: 0, end: 2 }, tail: { start: 4, end: 8 } }])),
    )
  ).flatMap(([result]) => (result && "encoding" in result ? [result.encoding] : []));
  expect(encodings.length).toBe(4);
  const labels = [0, 1, 0, 1];
  const weights = initializeWeights(classifierParameters(textHead, config, 2), { initializerRange: 0.1 }, 1);
  const session = await TrainingSession.create(config, 2, weights, {
    seed: 1,
    head: textHead,
    intraOpNumThreads: 1,
    device,
  });
  const losses: number[] = [];
  const loop = trainingLoop({
    session,
    examples: {
      lengths: encodings.map(({ inputIds }) => inputIds.length),
      batch: (indices) =>
        collate(
          indices.map((i) => encodings[i]!),
          tokenizer.padding,
          indices.map((i) => labels[i]!),
        ),
    },
    settings: { ...trainingSettings.parse({}), epochs: 40, learningRate: given.optimizer ? 0.3 : 0.01, batchSize: 4 },
    ...given,
    // oxlint-disable-next-line require-yield
    evaluate: async function* () {
      return { value: 0 };
    },
  });
  for await (const event of loop) if (event.type === "step") losses.push(event.loss);
  await session.dispose();
  return losses;
}

test("a head of its own features is trained by an optimizer of its own: the loss falls", async () => {
  const losses = await lossesOf({ optimizer: gradientDescent, device: cpu });
  expect(losses.length).toBe(40);
  expect(losses.at(-1)).toBeLessThan(0.7 * losses[0]!);
});

test("a device compiles the graphs of training, gradient norm and optimizer, and nothing goes past it", async () => {
  const compiled: string[] = [];
  const counting: Device = {
    name: "counting",
    compile: (graph, options) => cpu.compile(graph, options),
    compileInPlace: (graph, options) => {
      compiled.push(graph.name);
      return cpu.compileInPlace(graph, options);
    },
  };
  const losses = await lossesOf({ device: counting });
  expect(compiled.toSorted()).toEqual(["adamw", "decay", "luke-training", "sum-of-squares"]);
  expect(losses).toEqual(await lossesOf({ device: cpu }));
  expect(losses.at(-1)).toBeLessThan(losses[0]!);
});
