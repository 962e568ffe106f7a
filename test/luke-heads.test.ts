// Every head through the sessions that predict and train: texts of different sizes, batches in parts.
import { describe, expect, test } from "vitest";
import { cpu } from "../src/runtime/cpu.ts";
import { PredictionSession, TrainingSession, classifierParameters } from "./support/luke.ts";
import { lukeMini, type LukeConfig } from "../src/model/encoders/luke/config.ts";
import { entityHead } from "../src/model/heads/entity-head.ts";
import type { Head } from "../src/model/heads/head.ts";
import { pairFeatureNames } from "../src/nn/pair-features.ts";
import { pairHead, pairHeads } from "../src/model/heads/pair-head.ts";
import { initializeWeights, type Weights } from "../src/nn/parameters.ts";
import { spanHead } from "../src/model/heads/span-head.ts";
import { tokenHead } from "../src/model/heads/token-head.ts";
import { type Batch, collate } from "../src/tokenization/inputs/collate.ts";
import type { Encoding } from "../src/tokenization/inputs/encoding.ts";
import { encodeEntity } from "../src/tokenization/inputs/entity-encoding.ts";
import { encodePairs } from "../src/tokenization/inputs/pair-encoding.ts";
import { encodeSpans } from "../src/tokenization/inputs/span-encoding.ts";
import { encodeTokens } from "../src/tokenization/inputs/token-encoding.ts";
import { textTokens } from "../src/tokenization/inputs/text-tokens.ts";
import { trainingLoop, type TrainingExamples } from "../src/training/loop.ts";
import { ignoredLabel, singleLabel, multiLabel, type Objective } from "../src/nn/objectives.ts";
import { trainingSettings } from "../src/training/settings.ts";
import { tinyTokenizer } from "./support/tiny-tokenizer.ts";

const tokenizer = tinyTokenizer();
const numLabels = 3;
const config: LukeConfig = {
  ...lukeMini(tokenizer.words.vocabSize, tokenizer.entityVocab.size),
  hiddenSize: 16,
  entityEmbSize: 8,
  intermediateSize: 32,
  numAttentionHeads: 2,
  maxPositionEmbeddings: 66,
  hiddenDropoutProb: 0,
};

const texts = [
  ["Anna read the contract of 2002 today", "Anna", "the contract", "2002"],
  ["Ben sent it", "Ben", "it"],
  ["In March the owner of the house and his sister signed the letter", "March", "the owner", "sister", "the letter"],
  ["She wrote", "She", "wrote"],
  ["Yesterday Carla came", "Carla", "Yesterday", "came"],
].map(([text, ...mentions]) => ({
  text: text!,
  spans: mentions.map((mention) => ({ start: text!.indexOf(mention), end: text!.indexOf(mention) + mention.length })),
}));

function encoded(result: { readonly encoding: Encoding } | { readonly unencodable: unknown }): Encoding {
  if ("encoding" in result) return result.encoding;
  throw new Error("every text here has an encoding");
}

const encodingsOf: Record<Head["name"], () => Promise<Encoding[]>> = {
  pair: () =>
    Promise.all(
      texts.map(async ({ text, spans: [head, tail] }) =>
        encoded((await encodePairs(tokenizer, text, [{ head: head!, tail: tail! }]))[0]!),
      ),
    ),
  entity: () =>
    Promise.all(texts.map(async ({ text, spans: [span] }) => encoded(await encodeEntity(tokenizer, text, span!)))),
  span: () => Promise.all(texts.map(async ({ text, spans }) => encoded(await encodeSpans(tokenizer, text, spans)))),
  token: async () => texts.flatMap(({ text }) => encodeTokens(tokenizer, textTokens(tokenizer.words, text))),
  biaffine: () => encodingsOf.token(),
};

const freshWeights = (head: Head): Weights =>
  initializeWeights(classifierParameters(head, config, numLabels), { ...config, initializerRange: 0.2 }, 1);

/** Heads whose terms add weights of their own to the logits. */
const withTerms = pairFeatureNames.filter((name) => name !== "states").map((features) => pairHeads[features]);

describe.each([pairHead, ...withTerms, entityHead, spanHead, tokenHead])(
  "the $name head, $terms.length terms",
  (head) => {
    test("scores a text alike alone and among longer and shorter ones, and one row for each thing asked", async () => {
      const encodings = await encodingsOf[head.name]();
      const options = { head, intraOpNumThreads: 1 };
      const session = await PredictionSession.create(config, numLabels, freshWeights(head), tokenizer.padding, options);
      const alone = await session.logits(encodings, { batchSize: 1 });
      const together = await session.logits(encodings, { batchSize: 5 });
      await session.dispose();
      const rows = encodings.map(({ entityIds, inputIds }) =>
        head === spanHead ? entityIds.length : head === tokenHead ? inputIds.length : 1,
      );
      expect(alone.map(({ length }) => length / numLabels)).toEqual(rows);
      expect(together.map(({ length }) => length / numLabels)).toEqual(rows);
      for (const [i, logits] of together.entries())
        for (const [k, value] of logits.entries()) expect(value).toBeCloseTo(alone[i]![k]!, 5);
      expect(together[0]).not.toEqual(together[1]);
    });

    test.each([
      ["one label", singleLabel],
      ["any number of labels", multiLabel],
    ])("learns %s, in whole batches and in parts alike", async (_, objective) => {
      const examples = labelled(head, objective, await encodingsOf[head.name]());
      const whole = await losses(head, objective, examples, 1);
      const parts = await losses(head, objective, examples, 3);
      expect(whole.at(-1)).toBeLessThan(0.5 * whole[0]!);
      // Sums in another order differ by rounding, which grows with the loss and from step to step.
      for (const [i, loss] of parts.entries()) expect(Math.abs(loss / whole[i]! - 1)).toBeLessThan(1e-3);
    });
  },
);

/** Labels 0, 1, 2, 0, … of the rows, or by its id that of a token; padding has none. */
function labelled(head: Head, objective: Objective, encodings: readonly Encoding[]): TrainingExamples<Batch> {
  return {
    lengths: encodings.map(({ inputIds }) => inputIds.length),
    batch: (indices) => {
      const chosen = indices.map((i) => encodings[i]!);
      const batch = collate(chosen, tokenizer.padding);
      const perText = head === spanHead ? batch.entities : head === tokenHead ? batch.words : 1;
      const rows = batch.batch * perText;
      const ids = new Int32Array(rows).fill(ignoredLabel);
      for (const [text, { start, count }] of head.rowsOf(chosen, batch).entries())
        for (let row = 0; row < count; row++) {
          const value = head === tokenHead ? chosen[text]!.inputIds[row]! : indices[text]! + row;
          ids[start + row] = value % numLabels;
        }
      const oneHot = [...ids].flatMap((id) =>
        Array.from({ length: numLabels }, (__, label) => (id === ignoredLabel ? ignoredLabel : Number(id === label))),
      );
      return { ...batch, labels: objective === singleLabel ? ids : Int32Array.from(oneHot) };
    },
  };
}

async function losses(
  head: Head,
  objective: Objective,
  examples: TrainingExamples<Batch>,
  gradientAccumulationSteps: number,
): Promise<number[]> {
  const options = { seed: 1, intraOpNumThreads: 1, device: cpu, head, objective };
  const session = await TrainingSession.create(config, numLabels, freshWeights(head), options);
  // Tokens are many and have no markers.
  const epochs = head === tokenHead ? 24 : 12;
  const given = { learningRate: 1e-2, epochs, batchSize: 5, evalSteps: 1000, gradientAccumulationSteps };
  const settings = { ...trainingSettings.parse(given), ...given };
  const evaluate = async function* (): AsyncGenerator<never, { value: number }> {
    return { value: 0 };
  };
  const found: number[] = [];
  for await (const event of trainingLoop({ session, examples, settings, evaluate }))
    if (event.type === "step") found.push(event.loss);
  await session.dispose();
  return found;
}
