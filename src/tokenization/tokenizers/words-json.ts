import * as z from "zod";
import { idsOf } from "./bpe-files.ts";
import { ByteLevelBpe } from "./byte-level-bpe.ts";
import { parseCharsmap } from "./charsmap.ts";
import { bertNames, robertaNames, specialIds, type SpecialNames, type WordsSettings } from "./special-names.ts";
import { textOf, type TokenizerFiles } from "./tokenizer-files.ts";
import {
  bpeOf,
  component,
  fileName,
  mergesOf,
  parseTokenizerFile,
  refuse,
  type TokenizerJson,
  unigramModel,
  unigramNormalizer,
} from "./tokenizer-json-parts.ts";
import { UnigramWords } from "./unigram-words.ts";
import { WordPiece } from "./word-piece.ts";
import type { SpecialTokenIds, WordTokenizer } from "./word-tokenizer.ts";

const wordPieceModel = z.strictObject({
  type: z.literal("WordPiece"),
  unk_token: z.string(),
  continuing_subword_prefix: z.string(),
  max_input_chars_per_word: z.int().positive(),
  vocab: z.unknown(),
});

const bertNormalizer = z.strictObject({
  type: z.literal("BertNormalizer"),
  clean_text: z.boolean(),
  handle_chinese_chars: z.boolean(),
  strip_accents: z.boolean().nullable(),
  lowercase: z.boolean(),
});

const bertPreTokenizer = z.strictObject({ type: z.literal("BertPreTokenizer") });

/**
 * Opens a tokenizer.json: WordPiece, byte-level BPE or unigram. Padding, truncation, post-processor and decoder change no ids
 * of a piece of text and are not read.
 * @throws TokenizerFilesError for every other component or setting, and for added tokens that are words of texts
 */
export function wordsOfTokenizerJson(
  files: TokenizerFiles,
  { names }: WordsSettings,
  tokenizerClass: string,
): WordTokenizer {
  const json = parseTokenizerFile(textOf(files, fileName)!);
  const added = addedTokens(json);
  const find = (vocab: ReadonlyMap<string, number>, defaults: SpecialNames): SpecialTokenIds =>
    specialIds(fileName, { ...defaults, ...names }, (token) => added.get(token) ?? vocab.get(token));
  switch (json.model.type) {
    case "WordPiece":
      return wordPiece(json, { files, tokenizerClass }, (vocab) => find(vocab, bertNames));
    case "BPE": {
      const { vocab: file, merges } = bpeOf(json);
      const vocab = idsOf(fileName, file);
      const beyond = new Map([...added].filter(([token]) => !vocab.has(token)));
      return new ByteLevelBpe(
        { vocab, merges: mergesOf(merges), addedTokens: beyond },
        { tokenizerClass, specialTokens: (ids) => find(ids, robertaNames) },
      );
    }
    case "Unigram": {
      const { vocab: pieces } = component(json, "model", unigramModel, "a Unigram without byte fallback");
      const ids = new Map(pieces.map(([piece], id) => [piece, id]));
      const { charsmap, isStripped } = unigramNormalizer(json);
      const defaults = ids.has(bertNames.cls) ? bertNames : robertaNames;
      return new UnigramWords({
        pieces,
        special: new Set(added.keys()),
        specialTokenIds: find(ids, defaults),
        charsmap: parseCharsmap(fileName, charsmap),
        rules: isStripped ? "stripped" : { addDummyPrefix: true, removeExtraWhitespaces: true },
        tokenizerClass,
        files,
      });
    }
    default:
      return refuse(`its model is ${JSON.stringify(json.model.type)}; only WordPiece, BPE and Unigram are supported`);
  }
}

function wordPiece(
  json: TokenizerJson,
  where: { readonly files: TokenizerFiles; readonly tokenizerClass: string },
  find: (vocab: ReadonlyMap<string, number>) => SpecialTokenIds,
): WordPiece {
  const model = component(json, "model", wordPieceModel, "a WordPiece");
  const rules = component(json, "normalizer", bertNormalizer, "BertNormalizer");
  component(json, "pre_tokenizer", bertPreTokenizer, "BertPreTokenizer");
  const vocab = idsOf(fileName, model.vocab);
  return new WordPiece({
    vocab,
    specialTokenIds: find(vocab),
    continuation: model.continuing_subword_prefix,
    longestWord: model.max_input_chars_per_word,
    rules: {
      cleanText: rules.clean_text,
      handleChineseCharacters: rules.handle_chinese_chars,
      stripAccents: rules.strip_accents ?? rules.lowercase,
      lowercase: rules.lowercase,
    },
    ...where,
  });
}

/** Ids of added special tokens by name; in a text they are ordinary text. An added word would be cut out of it first. */
function addedTokens(json: TokenizerJson): Map<string, number> {
  const added = new Map<string, number>();
  for (const { content, id, special } of json.added_tokens ?? []) {
    if (special !== true) refuse(`it adds the word ${JSON.stringify(content)}; only special tokens may be added`);
    added.set(content, id);
  }
  return added;
}
