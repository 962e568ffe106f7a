import { add, constant, gather, matMul, type Tensor } from "../../../autodiff/index.ts";
import { selfAttention } from "../../../nn/attention.ts";
import { lookUp, normalizedEmbeddings } from "../../../nn/embeddings.ts";
import type { GraphBuilder } from "../../../nn/graph-builder.ts";
import { postNormLayer } from "../../../nn/post-norm-layer.ts";
import type { Reads, States } from "../../heads/head.ts";
import { markedDim, markedStates, ofWordsAndMarkers } from "../markers/levitated.ts";
import type { WordsConfig } from "./config.ts";
import type { WordFamily } from "./family.ts";

/** Word, position and type embeddings summed, normalized (BertEmbeddings): [batch, n, hidden]. Every token has type 0. */
function embeddings(builder: GraphBuilder, prefix: string, config: WordsConfig, hasTokenTypes = true): Tensor {
  const look = (table: string, words: string, markers: "ids" | "positions"): Tensor => {
    const rows = (indices: Tensor): Tensor => lookUp(builder, `${prefix}.${table}.weight`, indices);
    return config.levitated
      ? ofWordsAndMarkers(builder, words, markers, rows)
      : rows(builder.input(words, ["batch", "words"], "int32"));
  };
  const placed = add(
    look("word_embeddings", "input_ids", "ids"),
    look("position_embeddings", "position_ids", "positions"),
  );
  const type = (): Tensor =>
    gather(builder.parameter(`${prefix}.token_type_embeddings.weight`), constant([0], [1], "int32"));
  const sum = hasTokenTypes ? add(placed, type()) : placed;
  return normalizedEmbeddings(builder, sum, {
    name: `${prefix}.LayerNorm`,
    epsilon: config.layerNormEps,
    dropout: config.hiddenDropoutProb,
    site: "embeddings",
  });
}

/**
 * Builds the last hidden states of words (BertModel, RobertaModel), and those of mentions: sums of word states, weighted by
 * `mention_weights` [batch, entities, words], or the states of their levitated markers.
 */
export function wordsStates(family: WordFamily, builder: GraphBuilder, config: WordsConfig, reads: Reads): States {
  const { prefix, hasTokenTypes, layers } = family;
  const n = config.levitated ? markedDim : "words";
  const bias = builder.input("attention_bias", ["batch", 1, config.levitated ? n : 1, n], "float32");
  let states = embeddings(builder, `${prefix}.embeddings`, config, hasTokenTypes);
  for (let i = 0; i < config.numHiddenLayers; i++) {
    const input = states;
    const names = { prefix: `${prefix}.${layers?.path ?? "encoder.layer"}.${i}`, site: `layer.${i}` };
    const attention = {
      prefix: `${names.prefix}.${layers?.attention ?? "attention.self"}`,
      site: `${names.site}.attention`,
    };
    const context = selfAttention(builder, config, attention, input, bias, layers?.projections);
    states = postNormLayer(builder, config, names, input, context, layers?.parts);
    builder.layers.push({ input, output: states, keepsOutput: true });
  }
  return config.levitated ? markedStates(states, config.levitated.state, reads) : mentionStates(builder, states, reads);
}

/** Makes the states of mentions of those of words: sums weighted by `mention_weights` [batch, entities, words]. */
export function mentionStates(builder: GraphBuilder, states: Tensor, reads: Reads): States {
  if (reads === "words") return { words: states, mentions: undefined };
  const mentions = matMul(builder.input("mention_weights", ["batch", "entities", "words"], "float32"), states);
  return { words: reads === "both" ? states : undefined, mentions };
}
