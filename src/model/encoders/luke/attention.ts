import { concat, matMul, split, transpose, type Tensor } from "../../../autodiff/index.ts";
import { attentionScores, attentionWeights, joinHeads, projectHeads } from "../../../nn/attention.ts";
import type { LukeConfig } from "./config.ts";
import { fewEntities } from "./few-entities.ts";
import type { GraphBuilder } from "../../../nn/graph-builder.ts";

/** The rows that a layer computes: all, or only the entities if nothing reads the words of the last layer. */
export type Rows = "all" | "entities";

/**
 * Self-attention over words and entities together (LukeSelfAttention; Yamada et al. 2020, section 3.3). In entity-aware
 * attention the query depends on the kinds of the two, word or entity; keys and values are shared:
 *
 *     S[i, j] = (Q_kind(i),kind(j) x_i) · (K x_j) / √headSize
 *
 * `states` is [batch, words+entities, hidden], words first; `bias` is [batch, 1, 1, words+entities], 0 or very
 * negative. Returns the context of the rows asked for, [batch*rows, hidden].
 */
export function lukeAttention(
  builder: GraphBuilder,
  config: LukeConfig,
  layer: number,
  states: Tensor,
  bias: Tensor,
  rows: Rows,
): Tensor {
  const prefix = `luke.encoder.layer.${layer}.attention.self`;
  const project = (name: string, x: Tensor): Tensor => projectHeads(builder, config, `${prefix}.${name}`, x);
  const scores = (query: Tensor, key: Tensor): Tensor => attentionScores(query, key, config);
  const few = fewEntities(builder, config, prefix, 1 / Math.sqrt(config.hiddenSize / config.numAttentionHeads));
  const weighted = (score: Tensor, site: string): Tensor =>
    attentionWeights(builder, score, bias, config, `layer.${layer}.attention.${site}`);
  const joined = (context: Tensor): Tensor => joinHeads(context, config);

  const [words, entities] = split(states, 1, ["words", "entities"]) as [Tensor, Tensor];
  // The states are kept anyway, and this would store most of them a second time.
  builder.checkpointSegment(states, words);
  const isAware = config.useEntityAwareAttention;
  // Entities are few and words are many: if only entities attend, or are attended to, no word goes through a dense
  // layer.
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
