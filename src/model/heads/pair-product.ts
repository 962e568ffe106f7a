import { add, concat, linear, mul, type Tensor } from "../../autodiff/index.ts";
import type { GraphBuilder } from "../../nn/graph-builder.ts";
import { featureWidth, type LogitTerm, type StateSizes } from "./head.ts";
import { exportedMentionWords, mentionWordFeeds, pairWords, readWords } from "./mention-words.ts";
import { distanceInputs, pairDistance, readDistance } from "./pair-distance.ts";

/** The number of products that a pair is classified by. */
const rank = 128;

const left = "pair_product_left.weight";
const right = "pair_product_right.weight";
const dense = "pair_product_classifier.weight";

/** The three matrices over the states of both mentions and `others` vectors as wide as the encoder. */
const productParameters =
  (others: number): LogitTerm["parameters"] =>
  (sizes, numLabels) => {
    const width = featureWidth({ statesPerRow: 2 + others, wordsPerRow: others }, sizes);
    return [
      { name: left, shape: [rank, width], init: "normal" },
      { name: right, shape: [rank, width], init: "normal" },
      { name: dense, shape: [numLabels, rank], init: "normal" },
    ];
  };

const productLogits = (builder: GraphBuilder, features: Tensor, { hiddenDropoutProb }: StateSizes): Tensor => {
  const products = mul(linear(features, builder.parameter(left)), linear(features, builder.parameter(right)));
  return linear(builder.dropout(products, hiddenDropoutProb, "pair_product"), builder.parameter(dense));
};

/**
 * Products of projections of the two states: a bilinear form of low rank. The dense layer of `transformers` adds what
 * the contribution of the head to that of the tail, so it cannot see whether the two belong together; a product can.
 */
export const pairProduct: LogitTerm = { name: "product", parameters: productParameters(0), logits: productLogits };

/**
 * Distance and products, which read the distance as well: for some types the nearer of two pairs is the related one,
 * and for others the farther.
 */
export const pairDistanceAndProduct: LogitTerm = {
  name: "distance and product",
  parameters: (sizes, numLabels) => [
    ...pairDistance.parameters(sizes, numLabels),
    ...productParameters(1)(sizes, numLabels),
  ],
  logits: (builder, features, sizes) => {
    const { rows, logits } = readDistance(builder, sizes);
    return add(logits, productLogits(builder, concat([features, rows], 1), sizes));
  },
  ...distanceInputs,
};

/** Words, distance, and products that read both. */
export const pairWordsDistanceAndProduct: LogitTerm = {
  name: "words, distance and product",
  parameters: (sizes, numLabels) => [
    ...pairWords.parameters(sizes, numLabels),
    ...pairDistance.parameters(sizes, numLabels),
    ...productParameters(3)(sizes, numLabels),
  ],
  logits: (builder, features, sizes, states) => {
    const words = readWords(builder, states, sizes);
    const distance = readDistance(builder, sizes);
    const all = concat([features, words.rows, distance.rows], 1);
    return add(add(words.logits, distance.logits), productLogits(builder, all, sizes));
  },
  inputs: (batch) => new Map([...mentionWordFeeds(batch), ...distanceInputs.inputs(batch)]),
  exported: (given) => new Map([...exportedMentionWords(given), ...distanceInputs.exported(given)]),
};
