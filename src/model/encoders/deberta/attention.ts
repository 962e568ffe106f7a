import { product } from "../../../autodiff/dims.ts";
import { add, gather, matMul, reshape, split, transpose, type Dim, type Tensor } from "../../../autodiff/index.ts";
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
 * The places of the distances of all pairs of tokens, [batch, n, n], where tokens are not at positions 0, 1, 2, …: rows of a
 * matrix [batch*n*distances], in which a token has a score for each distance, rising.
 */
export interface PairPlaces {
  /** Of the distance i − j in the scores of token i. */
  readonly ofQueries: Tensor;
  /** The same in the scores of token j. */
  readonly ofKeys: Tensor;
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

/** Takes from scores of every token and distance [heads, batch*n, distances] those of pairs of tokens: [heads, batch, n, n]. */
function picked(scores: Tensor, heads: number, places: Tensor): Tensor {
  const [, tokens, distances] = scores.shape as [Dim, Dim, Dim];
  const rows = transpose(reshape(scores, [heads, product([tokens, distances])]), [1, 0]);
  return transpose(gather(rows, places), [3, 0, 1, 2]);
}

/**
 * Disentangled self-attention (He et al. 2021, DeBERTa-v3): a score is the sum of content to content, content to position and
 * position to content, the distance δ = i − j projected by the layers of the words:
 *
 *     S[i, j] = (q_i · k_j + q_i · K r_δ + k_j · Q r_δ) / √(3 headSize)
 *
 * `states` is [batch, n, hidden], `bias` [1, batch, 1 or n, n]. Returns the context [batch*n, hidden]. Heads come
 * before texts, so that all words of a batch meet the distances in one product.
 * @param places if tokens are not at positions 0, 1, 2, …, since markers follow the words
 */
export function disentangledAttention(
  builder: GraphBuilder,
  config: DebertaConfig,
  { prefix, site }: { readonly prefix: string; readonly site: string },
  states: Tensor,
  bias: Tensor,
  rows: DistanceRows,
  places?: PairPlaces,
): Tensor {
  const { hiddenSize: H, numAttentionHeads: heads, hiddenDropoutProb } = config;
  const headSize = H / heads;
  const alpha = 1 / Math.sqrt(3 * headSize);
  const n = states.shape[1]!;
  const tokens = product(["batch", n]);
  const flat = reshape(states, [tokens, H]);
  const project = (name: string): Tensor =>
    transpose(reshape(dense(builder, `${prefix}.${name}`, flat), ["batch", n, heads, headSize]), [2, 0, 1, 3]);
  const ofDistances = (name: string, x: Tensor): Tensor => {
    const dropped = builder.dropout(x, hiddenDropoutProb, `${site}.distances.${name}`);
    return transpose(reshape(dense(builder, `${prefix}.${name}`, dropped), [rowCount, heads, headSize]), [1, 0, 2]);
  };
  const [query, key, value] = [project("query_proj"), project("key_proj"), project("value_proj")];
  const toDistances = (x: Tensor, distances: Tensor): Tensor =>
    matMul(reshape(x, [heads, tokens, headSize]), distances, { transB: true, alpha });
  const content = matMul(query, key, { transB: true, alpha });
  const ofQueries = toDistances(query, ofDistances("key_proj", places ? rows.rising : rows.falling));
  const ofKeys = toDistances(key, ofDistances("query_proj", rows.rising));
  const toPositions = places ? picked(ofQueries, heads, places.ofQueries) : shifted(ofQueries, heads);
  const fromPositions = places ? picked(ofKeys, heads, places.ofKeys) : transpose(shifted(ofKeys, heads), [0, 1, 3, 2]);
  const score = add(add(content, toPositions), fromPositions);
  const context = matMul(attentionWeights(builder, score, bias, config, site), value);
  return reshape(transpose(context, [1, 2, 0, 3]), [tokens, H]);
}
