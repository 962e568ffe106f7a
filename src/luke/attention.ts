import { add, concat, linear, matMul, reshape, softmax, split, transpose, type Tensor } from "../autodiff/index.ts";
import { product } from "../autodiff/dims.ts";
import type { LukeConfig } from "./config.ts";
import type { GraphBuilder } from "./graph-builder.ts";

/** Which rows a layer computes: all of them, or only the entities, when nothing reads the words of the last layer. */
export type Rows = "all" | "entities";

/**
 * Self-attention over words and entities together (LukeSelfAttention; Yamada et al. 2020, section 3.3). In entity-aware
 * attention the query depends on who asks and who answers, word or entity; keys and values are shared:
 *
 *     S[i, j] = (Q_kind(i),kind(j) x_i) · (K x_j) / √headSize
 *
 * `states` is [batch, words+entities, hidden], words first; `bias` is [batch, 1, 1, words+entities], 0 or very negative.
 * Returns the context of the rows asked for, [batch*rows, hidden].
 */
export function selfAttention(
  builder: GraphBuilder,
  config: LukeConfig,
  layer: number,
  states: Tensor,
  bias: Tensor,
  rows: Rows,
): Tensor {
  const { hiddenSize: H, numAttentionHeads: heads } = config;
  const headSize = H / heads;
  const alpha = 1 / Math.sqrt(headSize);
  const prefix = `luke.encoder.layer.${layer}.attention.self`;

  /** [batch, n, hidden] → [batch, heads, n, headSize] through the dense layer of this name. */
  const project = (name: string, x: Tensor): Tensor => {
    const n = x.shape[1]!;
    const flat = reshape(x, [product(["batch", n]), H]);
    const dense = linear(
      flat,
      builder.parameter(`${prefix}.${name}.weight`),
      builder.parameter(`${prefix}.${name}.bias`),
    );
    return transpose(reshape(dense, ["batch", n, heads, headSize]), [0, 2, 1, 3]);
  };
  const scores = (query: Tensor, key: Tensor): Tensor => matMul(query, key, { transB: true, alpha });
  /**
   * The scores of words that ask entities, without queries: (X Wᵀ + b)·Kᵀ = X·(K W)ᵀ + K b. Taking the few keys through
   * the weights instead of all words saves a thirteenth of the products of a layer.
   */
  const scoresOfWords = (words: Tensor, entityKey: Tensor): Tensor => {
    const perHead = reshape(transpose(entityKey, [1, 0, 2, 3]), [heads, "batch*entities", headSize]);
    const byHead = (x: Tensor, width: number): Tensor =>
      transpose(reshape(x, [heads, "batch", "entities", width]), [1, 0, 2, 3]);
    const weight = reshape(builder.parameter(`${prefix}.w2e_query.weight`), [heads, headSize, H]);
    const bias = reshape(builder.parameter(`${prefix}.w2e_query.bias`), [heads, headSize, 1]);
    const asked = reshape(byHead(matMul(perHead, weight), H), ["batch", product([heads, "entities"]), H]);
    const products = reshape(matMul(words, asked, { transB: true, alpha }), ["batch", "words", heads, "entities"]);
    const ofBias = transpose(byHead(matMul(perHead, bias, { alpha }), 1), [0, 1, 3, 2]);
    return add(transpose(products, [0, 2, 1, 3]), ofBias);
  };
  const attend = (score: Tensor, site: string): Tensor => {
    const probabilities = softmax(add(score, bias));
    return matMul(
      builder.dropout(probabilities, config.attentionProbsDropoutProb, `layer.${layer}.attention.${site}`),
      value,
    );
  };

  const key = project("key", states);
  const value = project("value", states);
  const [words, entities] = split(states, 1, ["words", "entities"]) as [Tensor, Tensor];
  let contexts: Tensor[];
  if (config.useEntityAwareAttention) {
    const [wordKey, entityKey] = split(key, 2, ["words", "entities"]) as [Tensor, Tensor];
    const ofEntities = (["e2w_query", "e2e_query"] as const).map((name) => project(name, entities));
    const entityScores = [scores(ofEntities[0]!, wordKey), scores(ofEntities[1]!, entityKey)];
    contexts = [attend(concat(entityScores, 3), "entities")];
    if (rows === "all") {
      const wordScores = [scores(project("query", words), wordKey), scoresOfWords(words, entityKey)];
      contexts.unshift(attend(concat(wordScores, 3), "words"));
    }
  } else {
    contexts = [attend(scores(project("query", rows === "all" ? states : entities), key), rows)];
  }
  const context = transpose(concat(contexts, 2), [0, 2, 1, 3]);
  return reshape(context, [product(["batch", context.shape[1]!]), H]);
}
