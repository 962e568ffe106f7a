import { gather, reshape, type Dim, type Tensor } from "../../../autodiff/index.ts";
import { lookUp, normalizedEmbeddings } from "../../../nn/embeddings.ts";
import type { GraphBuilder } from "../../../nn/graph-builder.ts";
import { postNormLayer } from "../../../nn/post-norm-layer.ts";
import type { Reads, States } from "../../heads/head.ts";
import { markedDim, markedStates, ofWordsAndMarkers } from "../markers/levitated.ts";
import { mentionStates } from "../words/states.ts";
import { disentangledAttention } from "./attention.ts";
import { rowCount } from "./buckets.ts";
import type { DebertaConfig } from "./config.ts";
import { wordTable } from "./parameters.ts";

/** Builds the last hidden states of words and mentions (DebertaV2Model). */
export function debertaStates(builder: GraphBuilder, config: DebertaConfig, reads: Reads): States {
  const { layerNormEps: epsilon, hiddenDropoutProb: dropout, levitated } = config;
  const look = (indices: Tensor): Tensor => lookUp(builder, wordTable, indices);
  const embedded = levitated
    ? ofWordsAndMarkers(builder, "input_ids", "ids", look)
    : look(builder.input("input_ids", ["batch", "words"], "int32"));
  const n: Dim = levitated ? markedDim : "words";
  const fed = builder.input("attention_bias", ["batch", 1, levitated ? n : 1, n], "float32");
  const bias = reshape(fed, [1, "batch", levitated ? n : 1, n]);
  const pairs = (name: string): Tensor => builder.input(name, ["batch", n, n], "int32");
  const places = levitated ? { ofQueries: pairs("query_distances"), ofKeys: pairs("key_distances") } : undefined;
  const normal = { name: "deberta.embeddings.LayerNorm", epsilon, dropout, site: "embeddings" };
  const table = builder.layerNormalization(
    builder.parameter("deberta.encoder.rel_embeddings.weight"),
    "deberta.encoder.LayerNorm",
    epsilon,
  );
  const rowsOf = (order: string): Tensor => gather(table, builder.input(`${order}_distances`, [rowCount], "int32"));
  const rising = rowsOf("rising");
  const rows = { falling: levitated ? rising : rowsOf("falling"), rising };
  let states = normalizedEmbeddings(builder, embedded, normal);
  for (let i = 0; i < config.numHiddenLayers; i++) {
    const input = states;
    const names = { prefix: `deberta.encoder.layer.${i}`, site: `layer.${i}` };
    const attention = { prefix: `${names.prefix}.attention.self`, site: `${names.site}.attention` };
    const context = disentangledAttention(builder, config, attention, input, bias, rows, places);
    states = postNormLayer(builder, config, names, input, context);
    builder.layers.push({ input, output: states, keepsOutput: true });
  }
  return levitated ? markedStates(states, levitated.state, reads) : mentionStates(builder, states, reads);
}
