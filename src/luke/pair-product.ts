import { linear, mul } from "../autodiff/index.ts";
import type { LogitTerm } from "./head.ts";

/** Products that a pair is classified by. */
const rank = 128;

const left = "pair_product_left.weight";
const right = "pair_product_right.weight";
const dense = "pair_product_classifier.weight";

/**
 * Products of projections of the two states: a bilinear form of low rank. The dense layer of `transformers` adds what the
 * head says to what the tail says, so it cannot see whether the two belong together; a product can.
 */
export const pairProduct: LogitTerm = {
  name: "product",
  parameters: ({ hiddenSize }, numLabels) => [
    { name: left, shape: [rank, 2 * hiddenSize], init: "normal" },
    { name: right, shape: [rank, 2 * hiddenSize], init: "normal" },
    { name: dense, shape: [numLabels, rank], init: "normal" },
  ],
  logits: (builder, features, { hiddenDropoutProb }) => {
    const products = mul(linear(features, builder.parameter(left)), linear(features, builder.parameter(right)));
    return linear(builder.dropout(products, hiddenDropoutProb, "pair_product"), builder.parameter(dense));
  },
};
