import { z } from "zod";
import { plural } from "../../../quote.ts";
import { count, describeLayers, only, probability, readConfig, size } from "../config-fields.ts";
import type { EncoderConfig } from "../encoder.ts";

/**
 * `config.json` as `transformers` writes it (LukeConfig, configuration_luke.py). The defaults are that class's own; no
 * released checkpoint relies on them for sizes, so a missing size is an error here. Unknown keys are kept aside and ignored.
 */
const lukeConfigFile = z.looseObject({
  vocab_size: size,
  entity_vocab_size: size,
  hidden_size: size,
  entity_emb_size: size,
  num_hidden_layers: count,
  num_attention_heads: count,
  intermediate_size: size,
  hidden_act: only("gelu", "LUKE was trained with no other activation").default("gelu"),
  hidden_dropout_prob: probability.default(0.1),
  attention_probs_dropout_prob: probability.default(0.1),
  max_position_embeddings: size,
  type_vocab_size: size,
  initializer_range: z.number().positive().default(0.02),
  layer_norm_eps: z.number().positive(),
  use_entity_aware_attention: z.boolean().default(true),
  pad_token_id: z.int().min(0).default(1),
});

/** Sizes and switches of a LUKE or mLUKE encoder. */
export interface LukeConfig extends EncoderConfig {
  readonly vocabSize: number;
  readonly entityVocabSize: number;
  readonly hiddenSize: number;
  readonly entityEmbSize: number;
  readonly numHiddenLayers: number;
  readonly numAttentionHeads: number;
  readonly intermediateSize: number;
  readonly hiddenDropoutProb: number;
  readonly attentionProbsDropoutProb: number;
  /** Rows of the word position table; the longest text has `maxPositionEmbeddings - padTokenId - 1` words. */
  readonly maxPositionEmbeddings: number;
  readonly typeVocabSize: number;
  readonly initializerRange: number;
  readonly layerNormEps: number;
  readonly useEntityAwareAttention: boolean;
  readonly padTokenId: number;
  /** Whether entities that stand for types were added, which start anew as a head does. Not a key of config.json. */
  readonly hasNewEntities?: boolean;
}

/** The longest text that LUKE reads, in words, `<s>` and `</s>` counted. */
export const maxWords = (config: LukeConfig): number => config.maxPositionEmbeddings - config.padTokenId - 1;

/** Reads LUKE's part of config.json. @throws DataError naming the keys that are missing or wrong. */
export function parseLukeConfig(json: unknown, file: string): LukeConfig {
  const c = readConfig(lukeConfigFile, json, { kind: "LUKE config", file });
  return {
    vocabSize: c.vocab_size,
    entityVocabSize: c.entity_vocab_size,
    hiddenSize: c.hidden_size,
    entityEmbSize: c.entity_emb_size,
    numHiddenLayers: c.num_hidden_layers,
    numAttentionHeads: c.num_attention_heads,
    intermediateSize: c.intermediate_size,
    hiddenDropoutProb: c.hidden_dropout_prob,
    attentionProbsDropoutProb: c.attention_probs_dropout_prob,
    maxPositionEmbeddings: c.max_position_embeddings,
    typeVocabSize: c.type_vocab_size,
    initializerRange: c.initializer_range,
    layerNormEps: c.layer_norm_eps,
    useEntityAwareAttention: c.use_entity_aware_attention,
    padTokenId: c.pad_token_id,
  };
}

/** Makes LUKE's part of config.json. */
export const formatLukeConfig = (config: LukeConfig): Readonly<Record<string, unknown>> => ({
  vocab_size: config.vocabSize,
  entity_vocab_size: config.entityVocabSize,
  hidden_size: config.hiddenSize,
  entity_emb_size: config.entityEmbSize,
  num_hidden_layers: config.numHiddenLayers,
  num_attention_heads: config.numAttentionHeads,
  intermediate_size: config.intermediateSize,
  hidden_act: "gelu",
  hidden_dropout_prob: config.hiddenDropoutProb,
  attention_probs_dropout_prob: config.attentionProbsDropoutProb,
  max_position_embeddings: config.maxPositionEmbeddings,
  type_vocab_size: config.typeVocabSize,
  initializer_range: config.initializerRange,
  layer_norm_eps: config.layerNormEps,
  use_entity_aware_attention: config.useEntityAwareAttention,
  classifier_dropout: null,
  bos_token_id: 0,
  pad_token_id: config.padTokenId,
  eos_token_id: 2,
});

/** Describes the sizes for people. */
export function describeLuke(config: LukeConfig): { readonly shape: string; readonly tables: string } {
  const attention = config.useEntityAwareAttention ? "entity-aware attention" : "plain attention";
  return {
    shape: `${describeLayers(config)}, ${attention}`,
    tables:
      `vocabulary ${config.vocabSize}, ${plural(config.entityVocabSize, "entity row")} of ${config.entityEmbSize}, ` +
      `${config.maxPositionEmbeddings} positions`,
  };
}

/**
 * The built-in small model: LUKE's architecture at a size that learns from random weights in a minute or two on a CPU.
 * Without pre-training, attention has to be found from a few hundred texts: two layers and no dropout on attention find
 * it several times sooner than three or 0.1 (docs/decisions/luke-mini.md).
 */
export const lukeMini = (vocabSize: number, entityVocabSize: number): LukeConfig => ({
  vocabSize,
  entityVocabSize,
  hiddenSize: 128,
  entityEmbSize: 64,
  numHiddenLayers: 2,
  numAttentionHeads: 4,
  intermediateSize: 512,
  hiddenDropoutProb: 0.1,
  attentionProbsDropoutProb: 0,
  maxPositionEmbeddings: 514,
  typeVocabSize: 1,
  // About 1/√hidden: at LUKE's 0.02, made for 768, an untrained layer of this width hardly changes its input.
  initializerRange: 0.08,
  layerNormEps: 1e-5,
  useEntityAwareAttention: true,
  padTokenId: 1,
});
