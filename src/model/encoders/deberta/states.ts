import { gather, reshape, type Tensor } from "../../../autodiff/index.ts";
import { lookUp, normalizedEmbeddings } from "../../../nn/embeddings.ts";
import type { GraphBuilder } from "../../../nn/graph-builder.ts";
import { postNormLayer } from "../../../nn/post-norm-layer.ts";
import type { Reads, States } from "../../heads/head.ts";
import { mentionStates } from "../words/states.ts";
import { disentangledAttention } from "./attention.ts";
import { rowCount } from "./buckets.ts";
import type { DebertaConfig } from "./config.ts";

/** Builds the last hidden states of words and mentions (DebertaV2Model). */
export function debertaStates(builder: GraphBuilder, config: DebertaConfig, reads: Reads): States {
  const { layerNormEps: epsilon, hiddenDropoutProb: dropout } = config;
  const ids = builder.input("input_ids", ["batch", "words"], "int32");
  const fed = builder.input("attention_bias", ["batch", 1, 1, "words"], "float32");
  const bias = reshape(fed, [1, "batch", 1, "words"]);
  const embedded = lookUp(builder, "deberta.embeddings.word_embeddings.weight", ids);
  const normal = { name: "deberta.embeddings.LayerNorm", epsilon, dropout, site: "embeddings" };
  const table = builder.layerNormalization(
    builder.parameter("deberta.encoder.rel_embeddings.weight"),
    "deberta.encoder.LayerNorm",
    epsilon,
  );
  const rowsOf = (order: string): Tensor => gather(table, builder.input(`${order}_distances`, [rowCount], "int32"));
  const rows = { falling: rowsOf("falling"), rising: rowsOf("rising") };
  let states = normalizedEmbeddings(builder, embedded, normal);
  for (let i = 0; i < config.numHiddenLayers; i++) {
    const input = states;
    const names = { prefix: `deberta.encoder.layer.${i}`, site: `layer.${i}` };
    const attention = { prefix: `${names.prefix}.attention.self`, site: `${names.site}.attention` };
    const context = disentangledAttention(builder, config, attention, input, bias, rows);
    states = postNormLayer(builder, config, names, input, context);
    builder.layers.push({ input, output: states, keepsOutput: true });
  }
  return mentionStates(builder, states, reads);
}
