import { z } from "zod";
import { count, describeLayers, only, probability, readConfig, size } from "../config-fields.ts";
import type { EncoderConfig } from "../encoder.ts";
import { levitatedField, withLevitated, type LevitatedMarkers } from "../markers/levitated.ts";
import type { WordFamily } from "./family.ts";

/** Sizes and switches of an encoder of BERT's build. */
export interface WordsConfig extends EncoderConfig {
  readonly numAttentionHeads: number;
  readonly intermediateSize: number;
  /** Rows of the position table. */
  readonly maxPositionEmbeddings: number;
  readonly typeVocabSize: number;
  readonly layerNormEps: number;
  /** Ids that no answer depends on, as config.json names them; they are written as they were read. */
  readonly tokenIds: Readonly<Record<string, number>>;
  /** How markers after the words are read; undefined if mentions have none. */
  readonly levitated?: LevitatedMarkers | undefined;
}

const no = only(false, "a decoder reads no word to its right").default(false);

/**
 * `config.json` as `transformers` writes it (BertConfig, RobertaConfig and their children, whose defaults these are). A
 * missing size is an error: no released checkpoint relies on a default there.
 */
const configFile = z.looseObject({
  vocab_size: size,
  hidden_size: size,
  num_hidden_layers: count,
  num_attention_heads: count,
  intermediate_size: size,
  hidden_act: only("gelu", "Relata has no other activation for these encoders").default("gelu"),
  hidden_dropout_prob: probability.default(0.1),
  attention_probs_dropout_prob: probability.default(0.1),
  max_position_embeddings: size,
  type_vocab_size: size.default(2),
  initializer_range: z.number().positive().default(0.02),
  layer_norm_eps: z.number().positive().default(1e-12),
  position_embedding_type: z
    .literal("absolute", 'expected "absolute": Relata has no relative positions for this encoder')
    .nullish(),
  is_decoder: no,
  add_cross_attention: no,
  pad_token_id: z.int().min(0).nullish(),
  bos_token_id: z.int().nullish(),
  eos_token_id: z.int().nullish(),
  levitated_markers: levitatedField,
});

/** Reads an encoder's part of config.json. @throws DataError naming the keys that are missing or wrong. */
export function parseWordsConfig(
  { name, padTokenId, configKeys = {} }: Pick<WordFamily, "name" | "padTokenId" | "configKeys">,
  json: unknown,
  file: string,
): WordsConfig {
  const given = new Map(Object.entries(z.looseObject({}).catch({}).parse(json)));
  for (const [key, own] of Object.entries(configKeys)) given.set(key, given.get(own));
  const c = readConfig(configFile, Object.fromEntries(given), { kind: `${name} config`, file });
  const tokenIds = Object.entries({ bos_token_id: c.bos_token_id, eos_token_id: c.eos_token_id });
  return {
    vocabSize: c.vocab_size,
    hiddenSize: c.hidden_size,
    numHiddenLayers: c.num_hidden_layers,
    numAttentionHeads: c.num_attention_heads,
    intermediateSize: c.intermediate_size,
    hiddenDropoutProb: c.hidden_dropout_prob,
    attentionProbsDropoutProb: c.attention_probs_dropout_prob,
    maxPositionEmbeddings: c.max_position_embeddings,
    typeVocabSize: c.type_vocab_size,
    initializerRange: c.initializer_range,
    layerNormEps: c.layer_norm_eps,
    padTokenId: c.pad_token_id ?? padTokenId,
    tokenIds: Object.fromEntries(tokenIds.flatMap(([key, id]) => (typeof id === "number" ? [[key, id]] : []))),
    ...withLevitated(c.hidden_size, c.levitated_markers),
  };
}

/** Makes an encoder's part of config.json. */
export function formatWordsConfig({ configKeys = {} }: WordFamily, config: WordsConfig): Record<string, unknown> {
  const entries = Object.entries(asBert(config));
  return Object.fromEntries(entries.map(([key, value]) => [configKeys[key] ?? key, value]));
}

const asBert = (config: WordsConfig): Readonly<Record<string, unknown>> => ({
  vocab_size: config.vocabSize,
  hidden_size: config.hiddenSize,
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
  position_embedding_type: "absolute",
  pad_token_id: config.padTokenId,
  ...config.tokenIds,
  ...(config.levitated ? { levitated_markers: config.levitated } : {}),
});

/** Describes the sizes for people. */
export const describeWords = (config: WordsConfig): { readonly shape: string; readonly tables: string } => ({
  shape: describeLayers(config),
  tables: `vocabulary ${config.vocabSize}, ${config.maxPositionEmbeddings} positions`,
});
