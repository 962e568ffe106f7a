import * as z from "zod";
import { idsOf } from "./bpe-files.ts";
import { bpeWords, type JsonWord } from "./bpe-json.ts";
import { parseCharsmap } from "./charsmap.ts";
import {
  bertNames,
  gemmaNames,
  robertaNames,
  specialIds,
  type SpecialNames,
  type WordsSettings,
} from "./special-names.ts";
import { textOf, type TokenizerFiles } from "./tokenizer-files.ts";
import {
  component,
  fileName,
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

/** The names of special tokens where no file says: those of which the vocabulary has the first. */
const bpeNames = [robertaNames, bertNames, gemmaNames];

const bertPreTokenizer = z.strictObject({ type: z.literal("BertPreTokenizer") });

/**
 * Opens a tokenizer.json: WordPiece, BPE of bytes or of characters, or unigram. Padding, truncation, post-processor and decoder change no ids
 * of a piece of text and are not read.
 * @throws TokenizerFilesError for every other component or setting, and for added words where only a BPE has them
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
      requireSpecial(json);
      return wordPiece(json, { files, tokenizerClass }, (vocab) => find(vocab, bertNames));
    case "BPE":
      return bpeWords({
        json,
        files,
        tokenizerClass,
        added: jsonWords(json),
        find: (vocab) => find(vocab, bpeNames.find(({ cls }) => vocab.has(cls) || added.has(cls)) ?? robertaNames),
      });
    case "Unigram": {
      requireSpecial(json);
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

/** Ids of added tokens by name. */
const addedTokens = ({ added_tokens: tokens = [] }: TokenizerJson): Map<string, number> =>
  new Map(tokens.map(({ content, id }) => [content, id]));

/** Refuses added words, which would be cut out of a text first; special tokens are ordinary text in a text. */
function requireSpecial({ added_tokens: tokens = [] }: TokenizerJson): void {
  const word = tokens.find(({ special }) => special !== true);
  if (word) refuse(`it adds the word ${JSON.stringify(word.content)}; only special tokens may be added`);
}

const jsonWords = ({ added_tokens: tokens = [] }: TokenizerJson): JsonWord[] =>
  tokens.map((token) => ({
    content: token.content,
    id: token.id,
    isSpecial: token.special ?? false,
    isNormalized: token.normalized ?? token.special !== true,
    isWholeWord: token.single_word ?? false,
    takesLeft: token.lstrip ?? false,
    takesRight: token.rstrip ?? false,
  }));
