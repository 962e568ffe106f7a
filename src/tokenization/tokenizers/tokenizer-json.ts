import * as z from "zod";
import { idsOf } from "./bpe-files.ts";
import { ByteLevelBpe } from "./byte-level-bpe.ts";
import { SentencePiece } from "./sentencepiece.ts";
import { checkedModel, type Piece } from "./sentencepiece-file.ts";
import { wordMark } from "./sentencepiece-normalizer.ts";
import { TokenizerFilesError } from "./tokenizer-files-error.ts";
import { specialTokens, specialTokensById, type WordTokenizer } from "./word-tokenizer.ts";

const fileName = "tokenizer.json";

const refuse = (problem: string): never => {
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

const unigramModel = z.strictObject({
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

const sentencePieceNormalizer = z.union([
  precompiled.transform(({ precompiled_charsmap }) => precompiled_charsmap),
  z
    .strictObject({ type: z.literal("Sequence"), normalizers: z.tuple([precompiled], blanks) })
    .transform(({ normalizers: [first] }) => first.precompiled_charsmap),
]);

const sentencePiecePreTokenizer = z.union([
  metaspace,
  z.strictObject({
    type: z.literal("Sequence"),
    pretokenizers: z.tuple([z.strictObject({ type: z.literal("WhitespaceSplit") }), metaspace]),
  }),
]);

const file = z.looseObject({
  model: z.looseObject({ type: z.string() }),
  added_tokens: z.array(z.looseObject({ id: z.int().min(0), content: z.string() })).optional(),
});

type TokenizerJson = z.infer<typeof file>;

/** Returns a component if it is supported. @throws TokenizerFilesError naming it and its settings if it is not */
function component<T>(json: TokenizerJson, slot: string, schema: z.ZodType<T>, supported: string): T {
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

/**
 * Ids of added special tokens by name. Any other added token is refused: it would be cut out of a text before encoding.
 */
function addedTokens(json: TokenizerJson, ignored: ReadonlySet<string>): Map<string, number> {
  const known = new Set<string>(Object.values(specialTokens));
  const added = new Map<string, number>();
  for (const { content, id } of json.added_tokens ?? []) {
    if (known.has(content)) added.set(content, id);
    else if (!ignored.has(content)) refuse(`it adds the token ${JSON.stringify(content)}, which LUKE does not have`);
  }
  return added;
}

/**
 * Opens the text of a tokenizer.json of LUKE (byte-level BPE) or in XLM-R's layout (unigram). Padding, truncation,
 * post-processor and decoder do not change the ids of a piece of text and are not read.
 * @param ignored names of added tokens that are not words
 * @throws TokenizerFilesError for every other component, and for every setting that is not LUKE's
 */
export function parseTokenizerJson(
  text: string,
  { ignored = new Set() }: { readonly ignored?: ReadonlySet<string> } = {},
): WordTokenizer {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse(`it is no JSON: ${String(error)}`);
  }
  const { data: json, error } = file.safeParse(value);
  if (error) return refuse(z.prettifyError(error));
  if (json.model.type === "BPE") return bpe(json, ignored);
  if (json.model.type === "Unigram") return unigram(json, ignored);
  return refuse(`its model is ${JSON.stringify(json.model.type)}; only BPE and Unigram are supported`);
}

function bpe(json: TokenizerJson, ignored: ReadonlySet<string>): ByteLevelBpe {
  const model = component(json, "model", bpeModel, "a BPE without dropout, prefixes, suffixes or byte fallback");
  component(json, "normalizer", z.null().optional(), "none");
  component(json, "pre_tokenizer", byteLevel, "ByteLevel without a prefix space");
  const vocab = idsOf(fileName, model.vocab);
  const added = addedTokens(json, ignored);
  for (const token of Object.values(specialTokens)) {
    const [inVocab, inAdded] = [vocab.get(token), added.get(token)];
    if (inVocab === undefined && inAdded === undefined) refuse(`the special token ${token} is missing`);
    if (inVocab !== undefined && inAdded !== undefined && inVocab !== inAdded) {
      refuse(`the special token ${token} has the ids ${inVocab} and ${inAdded}`);
    }
    if (inVocab !== undefined) added.delete(token);
  }
  const merges = model.merges.map((merge): readonly [string, string] => {
    if (typeof merge !== "string") return merge;
    const [left, right, ...rest] = merge.split(" ");
    if (left && right && rest.length === 0) return [left, right];
    return refuse(`expected merges of two tokens, found ${JSON.stringify(merge)}`);
  });
  return new ByteLevelBpe({ vocab, merges, addedTokens: added });
}

function unigram(json: TokenizerJson, ignored: ReadonlySet<string>): SentencePiece {
  const model = component(json, "model", unigramModel, "a Unigram without byte fallback");
  const charsmap = component(
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
  const { cls, pad, sep, unk, mask } = specialTokens;
  const first = model.vocab.slice(0, 4).map(([token]) => token);
  if (model.unk_id !== 3 || first.join() !== [cls, pad, sep, unk].join()) {
    refuse(`its first tokens are ${first.join(" ")}, not ${cls} ${pad} ${sep} ${unk}: its ids are not XLM-R's`);
  }
  const rest = model.vocab.slice(4);
  if (rest.at(-1)?.[0] === mask) rest.pop();
  const pieces: Piece[] = [
    { piece: unk, score: 0, type: "unknown" },
    { piece: cls, score: 0, type: "control" },
    { piece: sep, score: 0, type: "control" },
    ...rest.map(([piece, score]) => ({ piece, score: Math.fround(score), type: "normal" as const })),
  ];
  const added = addedTokens(json, ignored);
  const words = new SentencePiece(
    checkedModel(fileName, {
      pieces,
      charsmap: Uint8Array.from(atob(charsmap), (byte) => byte.charCodeAt(0)),
      addDummyPrefix: true,
      removeExtraWhitespaces: true,
    }),
    { addedTokens: added },
  );
  for (const [id, token] of specialTokensById(words.specialTokenIds)) {
    const other = added.get(token) ?? id;
    if (other !== id) refuse(`it adds ${token} as ${other}, and in XLM-R's layout it is ${id}`);
  }
  return words;
}
