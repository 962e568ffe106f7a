import {
  add,
  cast,
  constant,
  gelu,
  greaterOrEqual,
  mul,
  reshape,
  rotate,
  split,
  sub,
  transpose,
} from "../../../autodiff/index.ts";
import { matMul, type Dim, type Tensor } from "../../../autodiff/index.ts";
import { product } from "../../../autodiff/dims.ts";
import { attentionScores, attentionWeights, joinHeads } from "../../../nn/attention.ts";
import { dense } from "../../../nn/dense.ts";
import { lookUp, normalizedEmbeddings } from "../../../nn/embeddings.ts";
import type { GraphBuilder } from "../../../nn/graph-builder.ts";
import type { Reads, States } from "../../heads/head.ts";
import { markedDim, markedStates, ofWordsAndMarkers } from "../markers/levitated.ts";
import { mentionStates } from "../words/states.ts";
import { isGlobal, type ModernBertConfig } from "./config.ts";
import { wordTable } from "./parameters.ts";

/** The places of words, as layers of one kind read them. */
interface Places {
  /** [batch, n] */
  readonly positions: Tensor;
  /** Cosines and sines of the angles of positions, [n, headSize / 2]. */
  readonly cos: Tensor;
  readonly sin: Tensor;
  /** Is added to the scores. */
  readonly bias: Tensor;
}

/** Great enough for a weight of 0 after the softmax, and small enough beside the greatest float32 to be added to it. */
const tooFar = -1e30;

/** Makes 0 for each pair of words that stand at most `reach` apart, else a very negative number: [batch, 1, n, n]. */
function windowBias(positions: Tensor, reach: number): Tensor {
  const [batch, n] = positions.shape as [Dim, Dim];
  const places = cast(positions, "float32");
  const apart = sub(reshape(places, [batch, 1, n, 1]), reshape(places, [batch, 1, 1, n]));
  const isFar = greaterOrEqual(mul(apart, apart), constant([(reach + 1) ** 2], [], "float32"));
  return mul(cast(isFar, "float32"), constant([tooFar], [], "float32"));
}

/** Builds the places of words for both kinds of layers. */
function placesOf(
  builder: GraphBuilder,
  config: ModernBertConfig,
): { readonly global: Places; readonly local: Places } {
  const { levitated, hiddenSize, numAttentionHeads } = config;
  const n: Dim = levitated ? markedDim : "words";
  const positions = levitated
    ? ofWordsAndMarkers(builder, "position_ids", "positions", (ids) => ids)
    : builder.input("position_ids", ["batch", "words"], "int32");
  const bias = builder.input("attention_bias", ["batch", 1, levitated ? n : 1, n], "float32");
  const table = (name: string): Tensor => builder.input(name, [n, hiddenSize / numAttentionHeads / 2], "float32");
  const of = (kind: string, ofKind: Tensor): Places => ({
    positions,
    cos: table(`${kind}_cos`),
    sin: table(`${kind}_sin`),
    bias: ofKind,
  });
  const local = add(bias, windowBias(positions, Math.floor(config.localAttention / 2)));
  return { global: of("global", bias), local: of("local", local) };
}

/** Self-attention with rotary positions, of [batch, n, hidden] that are normalized; returns [batch*n, hidden]. */
function attention(builder: GraphBuilder, config: ModernBertConfig, name: string, x: Tensor, places: Places): Tensor {
  const { hiddenSize: H, numAttentionHeads: heads } = config;
  const n = x.shape[1]!;
  const size = H / heads;
  const projected = dense(builder, `model.${name}.Wqkv`, reshape(x, [product(["batch", n]), H]));
  const byPart = transpose(reshape(projected, ["batch", n, 3, heads, size]), [2, 0, 3, 1, 4]);
  const [query, key, value] = split(byPart, 0, [1, 1, 1]).map((part) => reshape(part, ["batch", heads, n, size])) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  const turned = (part: Tensor): Tensor => rotate(part, places.positions, places.cos, places.sin);
  const score = attentionScores(turned(query), turned(key), config);
  const weights = attentionWeights(builder, score, places.bias, config, name);
  const output = dense(builder, `model.${name}.Wo`, joinHeads(matMul(weights, value), config));
  return builder.dropout(output, config.attentionProbsDropoutProb, `${name}.output`);
}

/** GeGLU (Shazeer 2020): Wo·(gelu(a) ⊙ b), where a and b are the halves of Wi·x; [rows, hidden]. */
function gatedLayer(builder: GraphBuilder, config: ModernBertConfig, name: string, x: Tensor): Tensor {
  const { intermediateSize: I, hiddenDropoutProb } = config;
  const wide = dense(builder, `model.${name}.Wi`, x);
  const [input, gate] = split(wide, 1, [I, I]) as [Tensor, Tensor];
  const gated = builder.checkpointSegment(wide, mul(gelu(input), gate));
  return dense(builder, `model.${name}.Wo`, builder.dropout(gated, hiddenDropoutProb, name));
}

/** Builds the last hidden states of words and mentions (ModernBertModel): layers with normalization before each part. */
export function modernBertStates(builder: GraphBuilder, config: ModernBertConfig, reads: Reads): States {
  const { hiddenSize: H, layerNormEps: epsilon, levitated } = config;
  const look = (indices: Tensor): Tensor => lookUp(builder, wordTable, indices);
  const embedded = levitated
    ? ofWordsAndMarkers(builder, "input_ids", "ids", look)
    : look(builder.input("input_ids", ["batch", "words"], "int32"));
  const n = embedded.shape[1]!;
  const { global, local } = placesOf(builder, config);
  const dropout = config.embeddingDropoutProb;
  let states = normalizedEmbeddings(builder, embedded, {
    name: "model.embeddings.norm",
    epsilon,
    dropout,
    site: "embeddings",
  });
  for (let i = 0; i < config.numHiddenLayers; i++) {
    const input = states;
    const layer = `layers.${i}`;
    const normal = (name: string, x: Tensor): Tensor =>
      builder.layerNormalization(x, `model.${layer}.${name}`, epsilon);
    const read = i === 0 ? input : normal("attn_norm", input);
    const places = isGlobal(i, config.globalEvery) ? global : local;
    const flat = reshape(input, [product(["batch", n]), H]);
    const attended = add(flat, attention(builder, config, `${layer}.attn`, read, places));
    const output = add(attended, gatedLayer(builder, config, `${layer}.mlp`, normal("mlp_norm", attended)));
    states = reshape(output, ["batch", n, H]);
    builder.layers.push({ input, output: states, keepsOutput: true });
  }
  const last = builder.layerNormalization(states, "model.final_norm", epsilon);
  return levitated ? markedStates(last, levitated.state, reads) : mentionStates(builder, last, reads);
}
