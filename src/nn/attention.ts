import { add, matMul, reshape, softmax, transpose, type Tensor } from "../autodiff/index.ts";
import { product } from "../autodiff/dims.ts";
import { dense } from "./dense.ts";
import type { GraphBuilder } from "./graph-builder.ts";

/** The sizes of multi-head attention. */
export interface AttentionSizes {
  readonly hiddenSize: number;
  readonly numAttentionHeads: number;
  readonly attentionProbsDropoutProb: number;
}

/** Takes [batch, n, hidden] through the dense layer of this name and parts it into heads: [batch, heads, n, headSize]. */
export function projectHeads(
  builder: GraphBuilder,
  { hiddenSize: H, numAttentionHeads: heads }: AttentionSizes,
  name: string,
  x: Tensor,
): Tensor {
  const n = x.shape[1]!;
  const flat = reshape(x, [product(["batch", n]), H]);
  return transpose(reshape(dense(builder, name, flat), ["batch", n, heads, H / heads]), [0, 2, 1, 3]);
}

/** Puts the heads of [batch, heads, n, headSize] side by side: [batch*n, hidden]. */
export const joinHeads = (context: Tensor, { hiddenSize }: AttentionSizes): Tensor =>
  reshape(transpose(context, [0, 2, 1, 3]), [product(["batch", context.shape[2]!]), hiddenSize]);

/** Computes q·k/√headSize for each head: [batch, heads, queries, keys]. */
export const attentionScores = (
  query: Tensor,
  key: Tensor,
  { hiddenSize, numAttentionHeads }: AttentionSizes,
): Tensor => matMul(query, key, { transB: true, alpha: 1 / Math.sqrt(hiddenSize / numAttentionHeads) });

/** Makes weights of scores: adds the bias, 0 or very negative, takes the softmax and drops values. */
export const attentionWeights = (
  builder: GraphBuilder,
  score: Tensor,
  bias: Tensor,
  { attentionProbsDropoutProb }: AttentionSizes,
  site: string,
): Tensor => builder.dropout(softmax(add(score, bias)), attentionProbsDropoutProb, site);

/** The names of the projections of attention in checkpoints. */
export interface ProjectionNames {
  readonly query: string;
  readonly key: string;
  readonly value: string;
}

/** BERT's names. */
export const bertProjections: ProjectionNames = { query: "query", key: "key", value: "value" };

/**
 * Self-attention of every word to every word: dense layers under `prefix`, by default with BERT's names. `states` is
 * [batch, words, hidden]; `bias` is broadcast over [batch, heads, words, words]. Returns [batch*words, hidden].
 */
export function selfAttention(
  builder: GraphBuilder,
  sizes: AttentionSizes,
  { prefix, site }: { readonly prefix: string; readonly site: string },
  states: Tensor,
  bias: Tensor,
  names: ProjectionNames = bertProjections,
): Tensor {
  const project = (name: keyof ProjectionNames): Tensor =>
    projectHeads(builder, sizes, `${prefix}.${names[name]}`, states);
  const score = attentionScores(project("query"), project("key"), sizes);
  return joinHeads(matMul(attentionWeights(builder, score, bias, sizes, site), project("value")), sizes);
}
