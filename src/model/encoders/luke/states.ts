import { concat, split, type Tensor } from "../../../autodiff/index.ts";
import { lukeAttention, type Rows } from "./attention.ts";
import type { LukeConfig } from "./config.ts";
import { entityEmbeddings, wordEmbeddings } from "./embeddings.ts";
import { selfAttention } from "../../../nn/attention.ts";
import type { GraphBuilder } from "../../../nn/graph-builder.ts";
import { postNormLayer } from "../../../nn/post-norm-layer.ts";
import type { Reads, States } from "../../heads/head.ts";

/** One layer (LukeLayer): `states` [batch, words+entities, hidden] → [batch, rows, hidden]. */
function encoderLayer(
  builder: GraphBuilder,
  config: LukeConfig,
  layer: number,
  states: Tensor,
  bias: Tensor,
  rows: Rows,
): Tensor {
  const residual = rows === "all" ? states : split(states, 1, ["words", "entities"])[1]!;
  const names = { prefix: `luke.encoder.layer.${layer}`, site: `layer.${layer}` };
  return postNormLayer(builder, config, names, residual, lukeAttention(builder, config, layer, states, bias, rows));
}

/** LUKE without entities: its words attend to each other. Returns their states [batch, words, hidden]. */
function wordStates(builder: GraphBuilder, config: LukeConfig): Tensor {
  const bias = builder.input("attention_bias", ["batch", 1, 1, "words"], "float32");
  let states = wordEmbeddings(builder, config);
  for (let layer = 0; layer < config.numHiddenLayers; layer++) {
    const input = states;
    const names = { prefix: `luke.encoder.layer.${layer}`, site: `layer.${layer}` };
    const attention = { prefix: `${names.prefix}.attention.self`, site: `${names.site}.attention` };
    states = postNormLayer(builder, config, names, input, selfAttention(builder, config, attention, input, bias));
    builder.layers.push({ input, output: states, keepsOutput: true });
  }
  return states;
}

/**
 * Builds LUKE's last hidden states of words and entities (LukeModel); the entities are the mentions. Where the head reads
 * no words, the last layer computes the entity rows alone, which saves most of a layer.
 */
export function lukeStates(builder: GraphBuilder, config: LukeConfig, reads: Reads): States {
  if (reads === "words") return { words: wordStates(builder, config), mentions: undefined };
  const bias = builder.input("attention_bias", ["batch", 1, 1, "words+entities"], "float32");
  let states = concat([wordEmbeddings(builder, config), entityEmbeddings(builder, config)], 1);
  const last = config.numHiddenLayers - 1;
  const lastRows: Rows = reads === "mentions" ? "entities" : "all";
  for (let layer = 0; layer <= last; layer++) {
    const input = states;
    states = encoderLayer(builder, config, layer, input, bias, layer === last ? lastRows : "all");
    builder.layers.push({ input, output: states, keepsOutput: true });
  }
  if (reads === "mentions") return { words: undefined, mentions: states };
  const [words, mentions] = split(states, 1, ["words", "entities"]);
  return { words, mentions: mentions! };
}
