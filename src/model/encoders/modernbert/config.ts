import { z } from "zod";
import { count, describeLayers, only, probability, readConfig, refuseConfig, size } from "../config-fields.ts";
import type { EncoderConfig } from "../encoder.ts";
import { levitatedField, withLevitated, type LevitatedMarkers } from "../markers/levitated.ts";

/** Sizes and switches of ModernBERT. */
export interface ModernBertConfig extends EncoderConfig {
  readonly numAttentionHeads: number;
  readonly intermediateSize: number;
  readonly maxPositionEmbeddings: number;
  readonly layerNormEps: number;
  readonly embeddingDropoutProb: number;
  /** Every so many layers, from the first on, a word attends to the whole text. */
  readonly globalEvery: number;
  /** In the other layers it attends to words at most half of this away. */
  readonly localAttention: number;
  /** The base of the angles of rotary positions, in layers of each kind. */
  readonly globalTheta: number;
  readonly localTheta: number;
  readonly hasNormBias: boolean;
  readonly hasAttentionBias: boolean;
  readonly hasMlpBias: boolean;
  /** Ids that no answer depends on, as config.json names them; they are written as they were read. */
  readonly tokenIds: Readonly<Record<string, number>>;
  /** How markers after the words are read; undefined if mentions have none. */
  readonly levitated?: LevitatedMarkers | undefined;
}

const theta = z.number().positive();
const ofLayers = z.looseObject({
  rope_theta: theta,
  rope_type: only("default", "Relata does not have scaled rotary positions").default("default"),
});
const idKeys = ["bos_token_id", "eos_token_id", "cls_token_id", "sep_token_id"] as const;
const ids = Object.fromEntries(idKeys.map((key) => [key, z.int().nullish()]));

/** `config.json` of ModernBERT and its children (ModernBertConfig, whose defaults these are). */
const configFile = z.looseObject({
  ...ids,
  vocab_size: size,
  hidden_size: size,
  num_hidden_layers: count,
  num_attention_heads: count,
  intermediate_size: size,
  hidden_activation: only("gelu", "Relata has no other activation for this encoder").default("gelu"),
  embedding_dropout: probability.default(0),
  mlp_dropout: probability.default(0),
  attention_dropout: probability.default(0),
  max_position_embeddings: size.default(8192),
  initializer_range: z.number().positive().default(0.02),
  norm_eps: z.number().positive().default(1e-5),
  norm_bias: z.boolean().default(false),
  attention_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
  global_attn_every_n_layers: size.default(3),
  local_attention: size.default(128),
  global_rope_theta: theta.nullish(),
  local_rope_theta: theta.nullish(),
  // As version 5 of transformers writes both.
  rope_parameters: z.looseObject({ full_attention: ofLayers, sliding_attention: ofLayers }).nullish(),
  rope_scaling: z.null("expected null: Relata does not have scaled rotary positions").optional(),
  layer_types: z.array(z.string()).nullish(),
  pad_token_id: z.int().min(0).nullish(),
  levitated_markers: levitatedField,
});

/** Whether a layer attends to the whole text. */
export const isGlobal = (layer: number, globalEvery: number): boolean => layer % globalEvery === 0;

/** Reads ModernBERT's part of config.json. @throws DataError naming the keys that are missing or wrong */
export function parseModernBertConfig(json: unknown, file: string): ModernBertConfig {
  const place = { kind: "modernbert config", file };
  const c = readConfig(configFile, json, place);
  if ((c.hidden_size / c.num_attention_heads) % 2 !== 0)
    return refuseConfig(place, `heads of size ${c.hidden_size / c.num_attention_heads} do not part into two halves.`);
  const strange = (c.layer_types ?? []).findIndex(
    (kind, i) => (kind === "full_attention") !== isGlobal(i, c.global_attn_every_n_layers),
  );
  if (strange !== -1)
    return refuseConfig(
      place,
      `layer_types: expected full_attention in every layer that global_attn_every_n_layers ${c.global_attn_every_n_layers} ` +
        `names, found ${c.layer_types![strange]} for layer ${strange}.`,
    );
  const globalTheta = c.global_rope_theta ?? c.rope_parameters?.full_attention.rope_theta ?? 160_000;
  return {
    vocabSize: c.vocab_size,
    hiddenSize: c.hidden_size,
    numHiddenLayers: c.num_hidden_layers,
    numAttentionHeads: c.num_attention_heads,
    intermediateSize: c.intermediate_size,
    maxPositionEmbeddings: c.max_position_embeddings,
    layerNormEps: c.norm_eps,
    embeddingDropoutProb: c.embedding_dropout,
    hiddenDropoutProb: c.mlp_dropout,
    attentionProbsDropoutProb: c.attention_dropout,
    initializerRange: c.initializer_range,
    globalEvery: c.global_attn_every_n_layers,
    localAttention: c.local_attention,
    globalTheta,
    localTheta: localThetaOf(c, globalTheta),
    hasNormBias: c.norm_bias,
    hasAttentionBias: c.attention_bias,
    hasMlpBias: c.mlp_bias,
    padTokenId: c.pad_token_id ?? 50_283,
    tokenIds: Object.fromEntries(idKeys.flatMap((key) => (typeof c[key] === "number" ? [[key, c[key]]] : []))),
    ...withLevitated(c.hidden_size, c.levitated_markers),
  };
}

/** `null` stands for the base of global layers; where the key is missing, the default is another. */
function localThetaOf(
  { local_rope_theta: own, rope_parameters: both }: z.infer<typeof configFile>,
  globalTheta: number,
): number {
  if (own === null) return globalTheta;
  return own ?? both?.sliding_attention.rope_theta ?? 10_000;
}

/** Makes ModernBERT's part of config.json. */
export const formatModernBertConfig = (config: ModernBertConfig): Readonly<Record<string, unknown>> => ({
  vocab_size: config.vocabSize,
  hidden_size: config.hiddenSize,
  num_hidden_layers: config.numHiddenLayers,
  num_attention_heads: config.numAttentionHeads,
  intermediate_size: config.intermediateSize,
  hidden_activation: "gelu",
  embedding_dropout: config.embeddingDropoutProb,
  mlp_dropout: config.hiddenDropoutProb,
  attention_dropout: config.attentionProbsDropoutProb,
  max_position_embeddings: config.maxPositionEmbeddings,
  initializer_range: config.initializerRange,
  norm_eps: config.layerNormEps,
  norm_bias: config.hasNormBias,
  attention_bias: config.hasAttentionBias,
  mlp_bias: config.hasMlpBias,
  global_attn_every_n_layers: config.globalEvery,
  local_attention: config.localAttention,
  global_rope_theta: config.globalTheta,
  local_rope_theta: config.localTheta,
  pad_token_id: config.padTokenId,
  ...config.tokenIds,
  ...(config.levitated ? { levitated_markers: config.levitated } : {}),
});

/** Describes the sizes for people. */
export const describeModernBert = (config: ModernBertConfig): { readonly shape: string; readonly tables: string } => ({
  shape: `${describeLayers(config)}, rotary positions, ${config.localAttention} words around each in ${config.globalEvery - 1} of ${config.globalEvery} layers`,
  tables: `vocabulary ${config.vocabSize}, up to ${config.maxPositionEmbeddings} positions`,
});
