import {
  add,
  concat,
  linear,
  matMul,
  reshape,
  softmax,
  split,
  transpose,
  type Tensor,
} from "../../../autodiff/index.ts";
import { product } from "../../../autodiff/dims.ts";
import type { LukeConfig } from "./config.ts";
import { fewEntities } from "./few-entities.ts";
import type { GraphBuilder } from "../../../nn/graph-builder.ts";

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
  const few = fewEntities(builder, config, prefix, alpha);
  const weighted = (score: Tensor, site: string): Tensor =>
    builder.dropout(softmax(add(score, bias)), config.attentionProbsDropoutProb, `layer.${layer}.attention.${site}`);
  const joined = (context: Tensor): Tensor =>
    reshape(transpose(context, [0, 2, 1, 3]), [product(["batch", context.shape[2]!]), H]);

  const [words, entities] = split(states, 1, ["words", "entities"]) as [Tensor, Tensor];
  // The states are kept anyway; this would be most of them once more.
  builder.mayForget(states, words);
  const isAware = config.useEntityAwareAttention;
  // Entities are few and words are many: what only entities ask or are asked for takes no word through a layer.
  if (rows === "entities") {
    const score = isAware
      ? concat(
          [
            few.scores(project("e2w_query", entities), "key", words),
            scores(project("e2e_query", entities), project("key", entities)),
          ],
          3,
        )
      : few.scores(project("query", entities), "key", states);
    return joined(few.mix(weighted(score, "entities"), states));
  }
  const key = project("key", states);
  const value = project("value", states);
  const attend = (score: Tensor, site: string): Tensor => matMul(weighted(score, site), value);
  if (!isAware) return joined(attend(scores(project("query", states), key), "all"));
  const [wordKey, entityKey] = split(key, 2, ["words", "entities"]) as [Tensor, Tensor];
  const toEntities = transpose(few.scores(entityKey, "w2e_query", words), [0, 1, 3, 2]);
  const ofWords = concat([scores(project("query", words), wordKey), toEntities], 3);
  const ofEntities = concat(
    [scores(project("e2w_query", entities), wordKey), scores(project("e2e_query", entities), entityKey)],
    3,
  );
  return joined(concat([attend(ofWords, "words"), attend(ofEntities, "entities")], 2));
}
