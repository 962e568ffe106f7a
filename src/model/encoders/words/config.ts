import { z } from "zod";
import { DataError } from "../../../errors.ts";
import { plural } from "../../../quote.ts";
import type { EncoderConfig } from "../encoder.ts";
import type { LevitatedMarkers } from "../markers/levitated.ts";
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

const size = z.int().positive();
const probability = z.number().min(0).lt(1);
const no = z.literal(false, "expected false: a decoder reads no word to its right").default(false);

/**
 * `config.json` as `transformers` writes it (BertConfig, RobertaConfig and their children, whose defaults these are). A
 * missing size is an error: no released checkpoint relies on a default there.
 */
const configFile = z.looseObject({
  vocab_size: size,
  hidden_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  intermediate_size: size,
  hidden_act: z
    .literal("gelu", 'expected "gelu", the only activation of these encoders that Relata has')
    .default("gelu"),
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
  // Not a key of transformers, which keeps it and ignores it.
  levitated_markers: z.strictObject({ attention: z.enum(["pair", "all"]), state: z.enum(["both", "mean"]) }).optional(),
});

/** Reads an encoder's part of config.json. @throws DataError naming the keys that are missing or wrong. */
export function parseWordsConfig(
  { name, padTokenId, configKeys = {} }: Pick<WordFamily, "name" | "padTokenId" | "configKeys">,
  json: unknown,
  file: string,
): WordsConfig {
  const given = new Map(Object.entries(z.looseObject({}).catch({}).parse(json)));
  for (const [key, own] of Object.entries(configKeys)) given.set(key, given.get(own));
  const parsed = configFile.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    throw new DataError(
      `Cannot read the model's configuration as a ${name} config:\n${z.prettifyError(parsed.error)}`,
      {
        file,
      },
    );
  }
  const c = parsed.data;
  if (c.hidden_size % c.num_attention_heads !== 0) {
    throw new DataError(
      `hidden_size ${c.hidden_size} is not a multiple of num_attention_heads ${c.num_attention_heads}, so heads have no size.`,
      { file },
    );
  }
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

/** Makes the sizes that depend on how levitated markers are read, if there are any. */
export const withLevitated = (
  hiddenSize: number,
  levitated: LevitatedMarkers | undefined,
): Pick<WordsConfig, "levitated" | "mentionSize"> => ({
  levitated,
  mentionSize: levitated?.state === "both" ? 2 * hiddenSize : undefined,
});

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
  shape:
    `${plural(config.numHiddenLayers, "layer")}, hidden ${config.hiddenSize}, ` +
    `${plural(config.numAttentionHeads, "head")}, intermediate ${config.intermediateSize}`,
  tables: `vocabulary ${config.vocabSize}, ${config.maxPositionEmbeddings} positions`,
});
