import { z } from "zod";
import { count, describeLayers, only, probability, readConfig, refuseConfig, size } from "../config-fields.ts";
import type { EncoderConfig } from "../encoder.ts";
import { levitatedField, withLevitated, type LevitatedMarkers } from "../markers/levitated.ts";

/** Sizes of DeBERTa-v3. */
export interface DebertaConfig extends EncoderConfig {
  readonly numAttentionHeads: number;
  readonly intermediateSize: number;
  /** The longest text of pre-training. */
  readonly maxPositionEmbeddings: number;
  /** Distances of at least this many words share a bucket with others. */
  readonly maxRelativePositions: number;
  /** Half the number of rows of the table of relative positions. */
  readonly positionBuckets: number;
  readonly layerNormEps: number;
  /** How markers after the words are read; undefined if mentions have none. */
  readonly levitated?: LevitatedMarkers | undefined;
}

const kinds = z
  .union([z.array(z.string()), z.string().transform((text) => text.split("|").map((kind) => kind.trim()))])
  .refine((list) => [...list].sort().join() === "c2p,p2c", "expected c2p and p2c, as DeBERTa-v3 has both");

/** `config.json` of DeBERTa-v3 (DebertaV2Config); what only DeBERTa-v2 has is refused by name. */
const configFile = z.looseObject({
  vocab_size: size,
  hidden_size: size,
  num_hidden_layers: count,
  num_attention_heads: count,
  intermediate_size: size,
  hidden_act: only("gelu", "Relata has no other activation for this encoder").default("gelu"),
  hidden_dropout_prob: probability.default(0.1),
  attention_probs_dropout_prob: probability.default(0.1),
  max_position_embeddings: size.default(512),
  max_relative_positions: z.int().default(-1),
  position_buckets: size,
  type_vocab_size: only(0, "Relata has no token types for this encoder").default(0),
  initializer_range: z.number().positive().default(0.02),
  layer_norm_eps: z.number().positive().default(1e-7),
  relative_attention: only(true, "DeBERTa-v3 reads relative positions"),
  position_biased_input: only(false, "DeBERTa-v3 has no absolute positions"),
  share_att_key: only(true, "DeBERTa-v3 projects positions as it projects words"),
  norm_rel_ebd: only("layer_norm", "DeBERTa-v3 normalizes its table of relative positions"),
  pos_att_type: kinds,
  conv_kernel_size: only(0, "Relata does not have the convolution of DeBERTa-v2").nullish(),
  embedding_size: z.int().nullish(),
  pad_token_id: z.int().min(0).nullish(),
  levitated_markers: levitatedField,
});

/** Reads DeBERTa's part of config.json. @throws DataError naming the keys that are missing or not those of DeBERTa-v3. */
export function parseDebertaConfig(json: unknown, file: string): DebertaConfig {
  const place = { kind: "deberta-v2 config of version 3", file };
  const c = readConfig(configFile, json, place);
  if ((c.embedding_size ?? c.hidden_size) !== c.hidden_size)
    return refuseConfig(
      place,
      `embedding_size ${c.embedding_size} is not hidden_size ${c.hidden_size}, as in every DeBERTa-v3`,
    );
  return {
    vocabSize: c.vocab_size,
    hiddenSize: c.hidden_size,
    numHiddenLayers: c.num_hidden_layers,
    numAttentionHeads: c.num_attention_heads,
    intermediateSize: c.intermediate_size,
    hiddenDropoutProb: c.hidden_dropout_prob,
    attentionProbsDropoutProb: c.attention_probs_dropout_prob,
    maxPositionEmbeddings: c.max_position_embeddings,
    maxRelativePositions: c.max_relative_positions < 1 ? c.max_position_embeddings : c.max_relative_positions,
    positionBuckets: c.position_buckets,
    initializerRange: c.initializer_range,
    layerNormEps: c.layer_norm_eps,
    padTokenId: c.pad_token_id ?? 0,
    ...withLevitated(c.hidden_size, c.levitated_markers),
  };
}

/** Makes DeBERTa's part of config.json. */
export const formatDebertaConfig = (config: DebertaConfig): Readonly<Record<string, unknown>> => ({
  vocab_size: config.vocabSize,
  hidden_size: config.hiddenSize,
  num_hidden_layers: config.numHiddenLayers,
  num_attention_heads: config.numAttentionHeads,
  intermediate_size: config.intermediateSize,
  hidden_act: "gelu",
  hidden_dropout_prob: config.hiddenDropoutProb,
  attention_probs_dropout_prob: config.attentionProbsDropoutProb,
  max_position_embeddings: config.maxPositionEmbeddings,
  max_relative_positions: config.maxRelativePositions,
  position_buckets: config.positionBuckets,
  type_vocab_size: 0,
  initializer_range: config.initializerRange,
  layer_norm_eps: config.layerNormEps,
  relative_attention: true,
  position_biased_input: false,
  share_att_key: true,
  norm_rel_ebd: "layer_norm",
  pos_att_type: ["p2c", "c2p"],
  pad_token_id: config.padTokenId,
  ...(config.levitated ? { levitated_markers: config.levitated } : {}),
});

/** Describes the sizes for people. */
export const describeDeberta = (config: DebertaConfig): { readonly shape: string; readonly tables: string } => ({
  shape: `${describeLayers(config)}, relative positions`,
  tables: `vocabulary ${config.vocabSize}, ${2 * config.positionBuckets} buckets of distances`,
});
