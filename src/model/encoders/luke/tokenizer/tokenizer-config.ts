import * as z from "zod";
import { idsOf } from "../../../../tokenization/tokenizers/bpe-files.ts";
import { type EntityVocab, entityVocab, specialEntities } from "./entity-vocab.ts";
import { TokenizerFilesError } from "../../../../tokenization/tokenizers/tokenizer-files-error.ts";
import {
  specialTokens,
  specialTokensById,
  type WordTokenizer,
} from "../../../../tokenization/tokenizers/word-tokenizer.ts";

/** The settings of tokenizer_config.json that change an encoding. */
export interface TokenizerConfig {
  readonly maxMentionLength: number;
  readonly maxLength: number;
}

/** LUKE's own settings, for keys that tokenizer_config.json does not have. */
export const defaultTokenizerConfig: TokenizerConfig = { maxMentionLength: 30, maxLength: 512 };

const schema = z.looseObject({
  add_prefix_space: z.boolean().optional(),
  max_mention_length: z.int().min(1).optional(),
  model_max_length: z.number().min(1).optional(),
  sp_model_kwargs: z.looseObject({}).nullish(),
  entity_vocab: z.unknown().optional(),
});

/**
 * Reads tokenizer_config.json; `entityVocab` is what transformers 5 writes there instead of entity_vocab.json. Throws a
 * TokenizerFilesError where it asks for what Relata does not do.
 */
export function parseTokenizerConfig(text: string): TokenizerConfig & { readonly entityVocab?: EntityVocab } {
  const fileName = "tokenizer_config.json";
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new TokenizerFilesError(fileName, `it is no JSON: ${String(error)}`);
  }
  const { data, error } = schema.safeParse(json);
  if (error) throw new TokenizerFilesError(fileName, z.prettifyError(error));
  if (data.add_prefix_space === true) {
    throw new TokenizerFilesError(
      fileName,
      "add_prefix_space is true, which changes every piece of a text; only false, as in the released LUKE models, is supported",
    );
  }
  const [samplingOption] = Object.keys(data.sp_model_kwargs ?? {});
  if (samplingOption !== undefined) {
    throw new TokenizerFilesError(
      fileName,
      `sp_model_kwargs has ${samplingOption}; no options of sentencepiece are supported`,
    );
  }
  const length = data.model_max_length;
  return {
    maxMentionLength: data.max_mention_length ?? defaultTokenizerConfig.maxMentionLength,
    // transformers writes 1e30 for "not known".
    maxLength: length !== undefined && Number.isSafeInteger(length) ? length : defaultTokenizerConfig.maxLength,
    ...(data.entity_vocab == null ? {} : { entityVocab: entityVocab(idsOf(fileName, data.entity_vocab)) }),
  };
}

const addedToken = (content: string): Record<string, unknown> => ({
  content,
  lstrip: content === specialTokens.mask,
  normalized: true,
  rstrip: false,
  single_word: false,
});

const roles = {
  bos_token: specialTokens.cls,
  cls_token: specialTokens.cls,
  eos_token: specialTokens.sep,
  mask_token: specialTokens.mask,
  pad_token: specialTokens.pad,
  sep_token: specialTokens.sep,
  unk_token: specialTokens.unk,
};

const toJson = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

/** The settings that only one of the two classes has. */
const ownSettings = {
  LukeTokenizer: { add_prefix_space: false, errors: "replace" },
  MLukeTokenizer: { sp_model_kwargs: {} },
} as const;

/**
 * Makes special_tokens_map.json and tokenizer_config.json, as the class of transformers 4.57.6 saves them.
 * @param hasEntities whether texts come with the spans of entities
 */
export function formatTokenizerConfig(
  { specialTokenIds, tokenizerClass }: Pick<WordTokenizer, "specialTokenIds" | "tokenizerClass">,
  config: TokenizerConfig,
  hasEntities = true,
): Record<string, string> {
  const { ent, ent2 } = specialTokens;
  return {
    "special_tokens_map.json": toJson({
      additional_special_tokens: [addedToken(ent), addedToken(ent2)],
      ...Object.fromEntries(Object.entries(roles).map(([role, token]) => [role, addedToken(token)])),
    }),
    "tokenizer_config.json": toJson({
      ...(tokenizerClass === "MLukeTokenizer" ? ownSettings.MLukeTokenizer : ownSettings.LukeTokenizer),
      added_tokens_decoder: Object.fromEntries(
        [...specialTokensById(specialTokenIds)].map(([id, token]) => [id, { ...addedToken(token), special: true }]),
      ),
      additional_special_tokens: [ent, ent2],
      ...roles,
      clean_up_tokenization_spaces: false,
      entity_mask2_token: specialEntities.mask2,
      entity_mask_token: specialEntities.mask,
      entity_pad_token: specialEntities.pad,
      entity_token_1: ent,
      entity_token_2: ent2,
      entity_unk_token: specialEntities.unk,
      max_entity_length: 2,
      max_mention_length: config.maxMentionLength,
      model_max_length: config.maxLength,
      task: hasEntities ? "entity_pair_classification" : null,
      tokenizer_class: tokenizerClass,
    }),
  };
}
