// docs/adding.md, "An encoder": a bag of words of two layers learns relations of the bundled example, through the same seams as LUKE.
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { cpu } from "../../src/runtime/cpu.ts";
import { gather, gelu, linear, mul, reduceSum, reshape, type Tensor } from "../../src/autodiff/index.ts";
import type { Document } from "../../src/corpus/document.ts";
import { learnLabels } from "../../src/corpus/labels.ts";
import { NoticeLog } from "../../src/corpus/notices.ts";
import { makePairs } from "../../src/corpus/pairs.ts";
import { openSchema } from "../../src/corpus/schema.ts";
import { readCorpus } from "../../src/formats/read.ts";
import { parseModelConfig } from "../../src/model/config-file.ts";
import { classifierParameters, type ClassifierShape } from "../../src/model/classifier.ts";
import { initializedWeights, type Encoder, type EncoderConfig } from "../../src/model/encoders/encoder.ts";
import { mapKeys } from "../../src/model/encoders/keys.ts";
import { LukeTokenizer } from "../../src/model/encoders/luke/tokenizer/luke-tokenizer.ts";
import { pairHead } from "../../src/model/heads/pair-head.ts";
import { trainableClassifier } from "../../src/model/trainable.ts";
import { PredictionSession } from "../../src/model/prediction-session.ts";
import { denseParameters } from "../../src/nn/parameters.ts";
import { float32, int32 } from "../../src/runtime/values.ts";
import { collate } from "../../src/tokenization/inputs/collate.ts";
import type { Encoding } from "../../src/tokenization/inputs/encoding.ts";
import { encodePairs } from "../../src/tokenization/inputs/pair-encoding.ts";
import { trainingLoop } from "../../src/training/loop.ts";
import { trainingSettings } from "../../src/training/settings.ts";
import { TrainingSession } from "../../src/training/training-session.ts";
import { tinyTokenizer } from "../support/tiny-tokenizer.ts";

const table = "bag.words.weight";

/** The state of a mention is made of the mean of its words' embeddings by two dense layers. */
const bagOfWords: Encoder = {
  name: "bag-of-words",
  modelTypes: ["bag-of-words"],
  bareArchitectures: ["BagOfWords"],
  architecture: (head) => `BagOfWordsFor${head}`,
  parseConfig: (json) => json as EncoderConfig,
  formatConfig: (config) => ({ ...config }),
  maxWords: () => 512,
  tokenizerClasses: ["LukeTokenizer"],
  openTokenizer: (files) => LukeTokenizer.fromFiles(files),
  wordTable: table,
  describe: ({ hiddenSize, vocabSize }) => ({ shape: `hidden ${hiddenSize}`, tables: `vocabulary ${vocabSize}` }),
  parameters: ({ vocabSize, hiddenSize, padTokenId }) => [
    { name: table, shape: [vocabSize, hiddenSize], init: "normal", paddingRow: padTokenId },
    ...[0, 1].flatMap((i) => denseParameters(`bag.layer.${i}`, hiddenSize, hiddenSize)),
  ],
  keys: (names, wanted) => mapKeys(names, wanted, { canonical: (name) => name, ignores: [] }),
  isEncoderTensor: (name) => name.startsWith("bag."),
  isQuantizable: (name) => /^bag\.layer\.\d\.weight$/.test(name),
  states(builder, { hiddenSize: H }) {
    const ids = builder.input("mention_ids", ["batch", "entities", "mention"], "int32");
    const weights = builder.input("mention_weights", ["batch", "entities", "mention"], "float32");
    const rows = gather(builder.parameter(table), ids);
    builder.recordLookup(table, rows, "mention_ids");
    const mean = reduceSum(mul(rows, reshape(weights, ["batch", "entities", "mention", 1])), [2]);
    const layer = (x: Tensor, i: number): Tensor =>
      gelu(linear(x, builder.parameter(`bag.layer.${i}.weight`), builder.parameter(`bag.layer.${i}.bias`)));
    const states = [0, 1].reduce(layer, reshape(mean, ["batch*entities", H]));
    return { words: undefined, mentions: reshape(states, ["batch", "entities", H]) };
  },
  feeds({ batch, words, entities, mention, inputIds, entityPositionIds }, { padTokenId }) {
    const perText = entities * mention;
    const ids = entityPositionIds.map((at, i) =>
      at < 0 ? padTokenId : inputIds[Math.floor(i / perText) * words + at]!,
    );
    const weights = Float32Array.from(entityPositionIds, (at) => (at < 0 ? 0 : 1 / 8));
    const dims = [batch, entities, mention];
    return new Map([
      ["mention_ids", int32(ids, dims)],
      ["mention_weights", float32(weights, dims)],
    ]);
  },
};

const tokenizer = tinyTokenizer();
const config: EncoderConfig = {
  vocabSize: tokenizer.words.vocabSize,
  hiddenSize: 32,
  numHiddenLayers: 2,
  hiddenDropoutProb: 0,
  attentionProbsDropoutProb: 0,
  initializerRange: 0.3,
  padTokenId: tokenizer.padding.padTokenId,
};

interface Example {
  readonly encoding: Encoding;
  readonly label: number;
}

/** The annotated pairs of the example's documents, each encoded on its own. */
async function examplesOf(documents: readonly Document[], schema: ReturnType<typeof openSchema>): Promise<Example[]> {
  const pairs = documents.flatMap((document) => makePairs(document, schema, new NoticeLog()));
  const related = pairs.filter(({ label }) => schema.id2label[label] !== schema.noRelationLabel);
  const encoded = related.map(async ({ document: { text, entities }, head, tail, label }): Promise<Example[]> => {
    const [result] = await encodePairs(tokenizer, text, [{ head: entities[head]!, tail: entities[tail]! }]);
    return result && "encoding" in result ? [{ encoding: result.encoding, label }] : [];
  });
  return (await Promise.all(encoded)).flat();
}

test("a bag of words learns which relation a pair of the example has, on documents that it has not seen", async () => {
  const path = fileURLToPath(new URL("../../examples/annotations.jsonlines", import.meta.url));
  const { documents } = await readCorpus([path]);
  const schema = openSchema(learnLabels(documents));
  const train = await examplesOf(documents.slice(0, 60), schema);
  const test = await examplesOf(documents.slice(60, 90), schema);

  const shape: ClassifierShape = { encoder: bagOfWords, config, head: pairHead, numLabels: schema.id2label.length };
  const weights = initializedWeights(bagOfWords, classifierParameters(shape), config, 1);
  const session = await TrainingSession.create(trainableClassifier(shape), weights, {
    seed: 1,
    intraOpNumThreads: 1,
    device: cpu,
  });
  const loop = trainingLoop({
    session,
    examples: {
      lengths: train.map(({ encoding }) => encoding.inputIds.length),
      batch: (indices) =>
        collate(
          indices.map((i) => train[i]!.encoding),
          tokenizer.padding,
          indices.map((i) => train[i]!.label),
        ),
    },
    settings: { ...trainingSettings.parse({}), epochs: 10, learningRate: 5e-3, batchSize: 32 },
    evaluate: async function* () {
      return { value: 0 };
    },
  });
  const losses: number[] = [];
  for await (const event of loop) if (event.type === "step") losses.push(event.loss);
  await session.dispose();
  expect(losses.at(-1)).toBeLessThan(losses[0]! / 2);

  const prediction = await PredictionSession.create(shape, weights, tokenizer.padding, { intraOpNumThreads: 1 });
  const logits = await prediction.logits(
    test.map(({ encoding }) => encoding),
    { batchSize: 64 },
  );
  await prediction.dispose();
  const right = logits.filter((row, i) => row.indexOf(Math.max(...row)) === test[i]!.label).length;
  const most = Math.max(...schema.id2label.map((_, id) => test.filter(({ label }) => label === id).length));
  expect(right).toBeGreaterThan(most);
});

test("a config.json of an encoder that is not listed says which are", () => {
  expect(() => parseModelConfig('{"model_type": "bag-of-words"}', "config.json")).toThrow(
    /\(luke.*\), found "bag-of-words"/,
  );
});
