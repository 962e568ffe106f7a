import { div, gather, linear, mul, reduceSum, reshape, type Tensor } from "../../autodiff/index.ts";
import { flattened, meanWeights, mentionPlaces, type GivenInputs } from "../../nn/given-inputs.ts";
import type { GraphBuilder } from "../../nn/graph-builder.ts";
import { type Feeds, float32, int32 } from "../../runtime/values.ts";
import type { Batch } from "../../tokenization/inputs/collate.ts";
import type { LogitTerm, States, StateSizes } from "./head.ts";
import { pairIndices } from "./pair-indices.ts";

const dense = "pair_words_classifier.weight";

/**
 * Logits from the words of both mentions: the mean of their last hidden states, head and tail side by side, and a dense
 * layer without bias. An encoder that was pre-trained on words alone knows more of a mention in its words than in an entity
 * that has only begun to learn.
 */
export const pairWords: LogitTerm = {
  name: "words",
  parameters: ({ hiddenSize }, numLabels) => [{ name: dense, shape: [numLabels, 2 * hiddenSize], init: "normal" }],
  logits: (builder, _, sizes, states) => readWords(builder, states, sizes).logits,
  inputs: mentionWordFeeds,
  exported: exportedMentionWords,
};

/** Builds the mean word states of both mentions [pairs, 2*hidden], and logits of them [pairs, labels]. */
export function readWords(
  builder: GraphBuilder,
  { words }: States,
  { hiddenSize: H, hiddenDropoutProb }: StateSizes,
): { readonly rows: Tensor; readonly logits: Tensor } {
  const mentions = ["batch", "entities", "mention"];
  const indices = builder.input("mention_words", mentions, "int32");
  const weights = reshape(builder.input("mention_word_weights", mentions, "float32"), [...mentions, 1]);
  const means = reduceSum(mul(gather(reshape(words!, ["batch*words", H]), indices), weights), [2]);
  const rows = reshape(gather(reshape(means, ["batch*entities", H]), pairIndices(builder)), ["pairs", 2 * H]);
  const logits = linear(builder.dropout(rows, hiddenDropoutProb, "pair_words"), builder.parameter(dense));
  return { rows, logits };
}

/** Feeds each mention's words as indexes into the flattened [batch*words], and their weights: 1/count, or 0 for padding. */
export function mentionWordFeeds({ batch, words, entities, mention, entityPositionIds }: Batch): Feeds {
  const indices = entityPositionIds.map(
    (position, i) => Math.floor(i / (entities * mention)) * words + Math.max(position, 0),
  );
  const weights = new Float32Array(indices.length);
  for (let from = 0; from < weights.length; from += mention) {
    const slot = entityPositionIds.subarray(from, from + mention);
    const count = slot.reduce((n, position) => n + (position >= 0 ? 1 : 0), 0);
    for (const [i, position] of slot.entries()) if (position >= 0) weights[from + i] = 1 / count;
  }
  const dims = [batch, entities, mention];
  return new Map([
    ["mention_words", int32(indices, dims)],
    ["mention_word_weights", float32(weights, dims)],
  ]);
}

/** Computes in an exported graph what `mentionWordFeeds` computes of a batch. */
export function exportedMentionWords(given: GivenInputs): ReadonlyMap<string, Tensor> {
  const { isWord, count } = meanWeights(given);
  return new Map([
    ["mention_words", flattened(mentionPlaces(given), "words")],
    ["mention_word_weights", div(isWord, count)],
  ]);
}
