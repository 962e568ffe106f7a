import { add, concat, gelu, linear, reshape, split, type Tensor } from "../../../autodiff/index.ts";
import { product } from "../../../autodiff/dims.ts";
import { selfAttention, type Rows } from "./attention.ts";
import type { LukeConfig } from "./config.ts";
import { entityEmbeddings, wordEmbeddings } from "./embeddings.ts";
import type { GraphBuilder } from "../../../nn/graph-builder.ts";
import type { Reads, States } from "../../heads/head.ts";

/** One post-LN transformer layer (LukeLayer): `states` [batch, words+entities, hidden] → [batch, rows, hidden]. */
function encoderLayer(
  builder: GraphBuilder,
  config: LukeConfig,
  layer: number,
  states: Tensor,
  bias: Tensor,
  rows: Rows,
): Tensor {
  const { hiddenSize: H, layerNormEps, hiddenDropoutProb } = config;
  const prefix = `luke.encoder.layer.${layer}`;
  const dense = (name: string, x: Tensor): Tensor =>
    linear(x, builder.parameter(`${prefix}.${name}.weight`), builder.parameter(`${prefix}.${name}.bias`));
  const addAndNorm = (name: string, x: Tensor, residual: Tensor): Tensor => {
    const dropped = builder.dropout(dense(`${name}.dense`, x), hiddenDropoutProb, `layer.${layer}.${name}`);
    return builder.layerNormalization(add(dropped, residual), `${prefix}.${name}.LayerNorm`, layerNormEps);
  };

  const residual = rows === "all" ? states : split(states, 1, ["words", "entities"])[1]!;
  const count = residual.shape[1]!;
  const flat = reshape(residual, [product(["batch", count]), H]);
  const attended = addAndNorm("attention.output", selfAttention(builder, config, layer, states, bias, rows), flat);
  const wide = dense("intermediate.dense", attended);
  const output = addAndNorm("output", builder.mayForget(wide, gelu(wide)), attended);
  return reshape(output, ["batch", count, H]);
}

/**
 * Builds LUKE's last hidden states of words and entities (LukeModel); the entities are the mentions. Where the head reads
 * no words, the last layer computes the entity rows alone, which saves most of a layer.
 */
export function lukeStates(builder: GraphBuilder, config: LukeConfig, reads: Reads): States {
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
