import { add, matMul, reshape, split, transpose, type Tensor } from "../../../autodiff/index.ts";
import { attentionWeights } from "../../../nn/attention.ts";
import { dense } from "../../../nn/dense.ts";
import type { GraphBuilder } from "../../../nn/graph-builder.ts";
import { rowCount } from "./buckets.ts";
import type { DebertaConfig } from "./config.ts";

/** Rows of the table of relative positions for each distance of a text, [1+words+words, hidden]. */
export interface DistanceRows {
  /** From the greatest distance to the least. */
  readonly falling: Tensor;
  readonly rising: Tensor;
}

/**
 * Moves row i of [heads, batch*words, 1+words+words] to the left by words − i, and keeps the first `words` columns:
 * [heads, batch, words, words] (Dai et al. 2019, appendix B). Rows of one length that are one shorter, one after the other in
 * memory, begin one place earlier each: no index is needed.
 */
function shifted(scores: Tensor, heads: number): Tensor {
  const asColumns = reshape(scores, [heads, "batch", rowCount, "words"]);
  const [, rest] = split(asColumns, 2, [1, "words+words"]);
  return split(reshape(rest!, [heads, "batch", "words", "words+words"]), 3, ["words", "words"])[0]!;
}

/**
 * Disentangled self-attention (He et al. 2021, DeBERTa-v3): a score is the sum of content to content, content to position and
 * position to content, the distance δ = i − j projected by the layers of the words:
 *
 *     S[i, j] = (q_i · k_j + q_i · K r_δ + k_j · Q r_δ) / √(3 headSize)
 *
 * `states` is [batch, words, hidden], `bias` [1, batch, 1, words]. Returns the context [batch*words, hidden]. Heads come
 * before texts, so that all words of a batch meet the distances in one product.
 */
export function disentangledAttention(
  builder: GraphBuilder,
  config: DebertaConfig,
  { prefix, site }: { readonly prefix: string; readonly site: string },
  states: Tensor,
  bias: Tensor,
  rows: DistanceRows,
): Tensor {
  const { hiddenSize: H, numAttentionHeads: heads, hiddenDropoutProb } = config;
  const headSize = H / heads;
  const alpha = 1 / Math.sqrt(3 * headSize);
  const flat = reshape(states, ["batch*words", H]);
  const project = (name: string): Tensor =>
    transpose(reshape(dense(builder, `${prefix}.${name}`, flat), ["batch", "words", heads, headSize]), [2, 0, 1, 3]);
  const ofDistances = (name: string, x: Tensor): Tensor => {
    const dropped = builder.dropout(x, hiddenDropoutProb, `${site}.distances.${name}`);
    return transpose(reshape(dense(builder, `${prefix}.${name}`, dropped), [rowCount, heads, headSize]), [1, 0, 2]);
  };
  const [query, key, value] = [project("query_proj"), project("key_proj"), project("value_proj")];
  const toDistances = (x: Tensor, distances: Tensor): Tensor =>
    shifted(matMul(reshape(x, [heads, "batch*words", headSize]), distances, { transB: true, alpha }), heads);
  const content = matMul(query, key, { transB: true, alpha });
  const toPositions = toDistances(query, ofDistances("key_proj", rows.falling));
  const fromPositions = transpose(toDistances(key, ofDistances("query_proj", rows.rising)), [0, 1, 3, 2]);
  const score = add(add(content, toPositions), fromPositions);
  const context = matMul(attentionWeights(builder, score, bias, config, site), value);
  return reshape(transpose(context, [1, 2, 0, 3]), ["batch*words", H]);
}
