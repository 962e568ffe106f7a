import * as z from "zod";
import { wordMark } from "./sentencepiece-normalizer.ts";
import { TokenizerFilesError } from "./tokenizer-files-error.ts";

export const fileName = "tokenizer.json";

/** @throws TokenizerFilesError, always */
export const refuse = (problem: string): never => {
  throw new TokenizerFilesError(fileName, problem);
};

const nothing = z.literal(["", 0]).nullish();

const bpeModel = z.strictObject({
  type: z.literal("BPE"),
  dropout: nothing,
  unk_token: z.string().nullish(),
  continuing_subword_prefix: nothing,
  end_of_word_suffix: nothing,
  fuse_unk: z.boolean().optional(),
  byte_fallback: z.literal(false).optional(),
  ignore_merges: z.literal(false).optional(),
  vocab: z.unknown(),
  merges: z.array(z.union([z.string(), z.tuple([z.string(), z.string()])])),
});

const byteLevel = z.strictObject({
  type: z.literal("ByteLevel"),
  add_prefix_space: z.literal(false),
  trim_offsets: z.boolean().optional(),
  use_regex: z.literal(true).optional(),
});

export const unigramModel = z.strictObject({
  type: z.literal("Unigram"),
  unk_id: z.int(),
  vocab: z.array(z.tuple([z.string(), z.number()])),
  byte_fallback: z.literal(false).optional(),
});

const precompiled = z.strictObject({ type: z.literal("Precompiled"), precompiled_charsmap: z.base64() });

/** Both normalizers do what sentencepiece does with blanks by itself; the pattern is compared, never compiled. */
const blanks = z.union([
  z.strictObject({ type: z.literal("Strip"), strip_left: z.boolean(), strip_right: z.boolean() }),
  z.strictObject({
    type: z.literal("Replace"),
    pattern: z.strictObject({ Regex: z.literal(" {2,}") }),
    content: z.literal([" ", wordMark]),
  }),
]);

const metaspace = z.strictObject({
  type: z.literal("Metaspace"),
  replacement: z.literal(wordMark),
  str_rep: z.literal(wordMark).optional(),
  prepend_scheme: z.literal("always").optional(),
  add_prefix_space: z.literal(true).optional(),
  split: z.literal(true).optional(),
});

/** DeBERTa strips white space first, which sentencepiece does by itself, too. */
const strippedFirst = z.tuple([
  z.strictObject({ type: z.literal("Strip"), strip_left: z.literal(true), strip_right: z.literal(true) }),
  precompiled,
  blanks,
]);

const sentencePieceNormalizer = z.union([
  z
    .strictObject({ type: z.literal("Sequence"), normalizers: strippedFirst })
    .transform(({ normalizers: [, second] }) => ({ charsmap: second.precompiled_charsmap, isStripped: true })),
  precompiled.transform(({ precompiled_charsmap: charsmap }) => ({ charsmap, isStripped: false })),
  z
    .strictObject({ type: z.literal("Sequence"), normalizers: z.tuple([precompiled], blanks) })
    .transform(({ normalizers: [first] }) => ({ charsmap: first.precompiled_charsmap, isStripped: false })),
]);

const sentencePiecePreTokenizer = z.union([
  metaspace,
  z.strictObject({
    type: z.literal("Sequence"),
    pretokenizers: z.union([
      z.tuple([metaspace]),
      z.tuple([z.strictObject({ type: z.literal("WhitespaceSplit") }), metaspace]),
    ]),
  }),
]);

const addedToken = z.looseObject({
  id: z.int().min(0),
  content: z.string(),
  special: z.boolean().optional(),
  normalized: z.boolean().optional(),
  single_word: z.boolean().optional(),
  lstrip: z.boolean().optional(),
  rstrip: z.boolean().optional(),
});

const file = z.looseObject({
  model: z.looseObject({ type: z.string() }),
  added_tokens: z.array(addedToken).optional(),
});

export type TokenizerJson = z.infer<typeof file>;

/** Returns a component if it is supported. @throws TokenizerFilesError naming it and its settings if it is not */
export function component<T>(json: TokenizerJson, slot: string, schema: z.ZodType<T>, supported: string): T {
  const { data, error } = schema.safeParse(json[slot]);
  if (error === undefined) return data;
  const {
    vocab: _,
    merges: __,
    ...settings
  } = z.looseObject({}).catch({}).parse(json[slot]) as Record<string, unknown>;
  const found = json[slot] == null ? "nothing" : JSON.stringify(settings);
  return refuse(
    `its ${slot} is ${found.length > 300 ? `${found.slice(0, 300)}…` : found}; only ${supported} is supported`,
  );
}

/** The text of a tokenizer.json, parsed. @throws TokenizerFilesError unless it is JSON with a model */
export function parseTokenizerFile(text: string): TokenizerJson {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse(`it is no JSON: ${String(error)}`);
  }
  const { data, error } = file.safeParse(value);
  return error ? refuse(z.prettifyError(error)) : data;
}

/** Merges, each of two tokens: lists, or as older versions wrote them, with a blank between. */
export const mergesOf = (
  merges: readonly (string | readonly [string, string])[],
): (readonly [left: string, right: string])[] =>
  merges.map((merge): readonly [string, string] => {
    if (typeof merge !== "string") return merge;
    const [left, right, ...rest] = merge.split(" ");
    if (left && right && rest.length === 0) return [left, right];
    return refuse(`expected merges of two tokens, found ${JSON.stringify(merge)}`);
  });

/** The bytes of `precompiled_charsmap`, and the check that blanks are handled as sentencepiece handles them. */
export function charsmapOf(json: TokenizerJson): Uint8Array {
  return unigramNormalizer(json).charsmap;
}

/** The same, and whether white space is stripped before characters are replaced. */
export function unigramNormalizer(json: TokenizerJson): {
  readonly charsmap: Uint8Array;
  readonly isStripped: boolean;
} {
  const { charsmap, isStripped } = component(
    json,
    "normalizer",
    sentencePieceNormalizer,
    "Precompiled, alone or before Strip and Replace of blanks,",
  );
  component(
    json,
    "pre_tokenizer",
    sentencePiecePreTokenizer,
    "Metaspace with a prefix, alone or after WhitespaceSplit,",
  );
  return { charsmap: Uint8Array.from(atob(charsmap), (byte) => byte.charCodeAt(0)), isStripped };
}

/** The model of a byte-level BPE, and the check that no text is normalized, or only as `normalizer` allows. */
export function bpeOf(json: TokenizerJson, normalizer: z.ZodType = z.null().optional()): z.infer<typeof bpeModel> {
  const model = component(json, "model", bpeModel, "a BPE without dropout, prefixes, suffixes or byte fallback");
  component(json, "normalizer", normalizer, "none, or NFC for encoders of words,");
  component(json, "pre_tokenizer", byteLevel, "ByteLevel without a prefix space");
  return model;
}
