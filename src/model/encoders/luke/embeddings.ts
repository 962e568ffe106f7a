import { add, constant, gather, linear, mul, reduceSum, reshape, type Tensor } from "../../../autodiff/index.ts";
import type { LukeConfig } from "./config.ts";
import { lookUp, normalizedEmbeddings } from "../../../nn/embeddings.ts";
import type { GraphBuilder } from "../../../nn/graph-builder.ts";

/** Row 0 of the type table, [1, hidden]: every token of a LUKE fine-tuning input has type 0. */
const tokenType = (builder: GraphBuilder, prefix: string): Tensor =>
  gather(builder.parameter(`${prefix}.token_type_embeddings.weight`), constant([0], [1], "int32"));

const normalized = (builder: GraphBuilder, prefix: string, x: Tensor, config: LukeConfig, site: string): Tensor =>
  normalizedEmbeddings(builder, x, {
    name: `${prefix}.LayerNorm`,
    epsilon: config.layerNormEps,
    dropout: config.hiddenDropoutProb,
    site,
  });

/**
 * Word, position and type embeddings summed, normalized (LukeEmbeddings): [batch, words, hidden].
 * Positions are RoBERTa's: they count from `pad_token_id + 1` and are fed, since they depend on the padding.
 */
export function wordEmbeddings(builder: GraphBuilder, config: LukeConfig): Tensor {
  const prefix = "luke.embeddings";
  const ids = builder.input("input_ids", ["batch", "words"], "int32");
  const positions = builder.input("position_ids", ["batch", "words"], "int32");
  const words = lookUp(builder, `${prefix}.word_embeddings.weight`, ids);
  const places = lookUp(builder, `${prefix}.position_embeddings.weight`, positions);
  return normalized(builder, prefix, add(add(words, places), tokenType(builder, prefix)), config, "embeddings");
}

/**
 * Entity embeddings (LukeEntityEmbeddings): [batch, entities, hidden]. An entity's position is the mean of the
 * embeddings of the words of its mention, plain 0-based indexes into `input_ids`; the weights are 1/count, 0 on padding.
 */
export function entityEmbeddings(builder: GraphBuilder, config: LukeConfig): Tensor {
  const { hiddenSize: H, entityEmbSize: E } = config;
  const prefix = "luke.entity_embeddings";
  const ids = builder.input("entity_ids", ["batch", "entities"], "int32");
  const positions = builder.input("entity_position_ids", ["batch", "entities", "mention"], "int32");
  const weights = builder.input("entity_position_weights", ["batch", "entities", "mention"], "float32");

  let entities = lookUp(builder, `${prefix}.entity_embeddings.weight`, ids);
  if (E !== H) {
    const dense = builder.parameter(`${prefix}.entity_embedding_dense.weight`);
    entities = reshape(linear(reshape(entities, ["batch*entities", E]), dense), ["batch", "entities", H]);
  }
  const places = lookUp(builder, `${prefix}.position_embeddings.weight`, positions);
  const place = reduceSum(mul(places, reshape(weights, ["batch", "entities", "mention", 1])), [2]);
  return normalized(
    builder,
    prefix,
    add(add(entities, place), tokenType(builder, prefix)),
    config,
    "entity_embeddings",
  );
}
