import * as z from "zod";
import { AddedWords, type AddedWord } from "./added-words.ts";
import { idsOf } from "./bpe-files.ts";
import { ByteLevelBpe } from "./byte-level-bpe.ts";
import { CharacterBpe } from "./character-bpe.ts";
import { PartedWords } from "./parted-words.ts";
import { wordMark } from "./sentencepiece-normalizer.ts";
import { bpeOf, component, fileName, mergesOf, type TokenizerJson } from "./tokenizer-json-parts.ts";
import type { TokenizerFiles } from "./tokenizer-files.ts";
import type { SpecialTokenIds, WordTokenizer } from "./word-tokenizer.ts";

/** A tokenizer.json that is being opened. */
export interface OpeningJson {
  readonly json: TokenizerJson;
  readonly files: TokenizerFiles;
  readonly tokenizerClass: string;
  readonly added: readonly JsonWord[];
  /** Finds the special tokens by their names. */
  readonly find: (vocab: ReadonlyMap<string, number>) => SpecialTokenIds;
}

/** An added token, and whether it is looked for in the composed text. */
export type JsonWord = AddedWord & { readonly isNormalized: boolean };

const nfc = z.strictObject({ type: z.literal("NFC") });
const blanksToMarks = z.strictObject({
  type: z.literal("Replace"),
  pattern: z.strictObject({ String: z.literal(" ") }),
  content: z.literal(wordMark),
});
/** Parts a text at blanks, of which none is left after the normalizer. */
const atBlanks = z.strictObject({
  type: z.literal("Split"),
  pattern: z.strictObject({ String: z.literal(" ") }),
  behavior: z.string(),
  invert: z.boolean(),
});
const nothing = z.literal(["", 0]).nullish();
const characterModel = z.looseObject({
  type: z.literal("BPE"),
  dropout: nothing,
  unk_token: z.string(),
  continuing_subword_prefix: nothing,
  end_of_word_suffix: nothing,
  fuse_unk: z.boolean().default(false),
  byte_fallback: z.literal(true),
  ignore_merges: z.literal(false).optional(),
  merges: z.array(z.union([z.string(), z.tuple([z.string(), z.string()])])),
});

/**
 * Opens the BPE of a tokenizer.json: of bytes, as RoBERTa has it, after NFC, as ModernBERT has it; or of characters, as Gemma
 * and mmBERT have it.
 */
export function bpeWords(opening: OpeningJson): WordTokenizer {
  const { json, added, files } = opening;
  const isOfCharacters = json.model["byte_fallback"] === true;
  const inner = isOfCharacters ? characterBpe(opening) : byteLevelBpe(opening);
  const isComposed = !isOfCharacters && nfc.safeParse(json["normalizer"]).success;
  if (!isComposed && added.every(({ isSpecial }) => isSpecial)) return inner;
  const normal = (content: string): string =>
    isOfCharacters ? content.replaceAll(" ", wordMark) : content.normalize("NFC");
  const found = (isNormalized: boolean): AddedWords =>
    new AddedWords(
      added
        .filter((word) => word.isNormalized === isNormalized)
        .map((word) => (isNormalized ? { ...word, content: normal(word.content) } : word)),
    );
  return new PartedWords({
    inner,
    ofText: found(false),
    ofNormal: found(true),
    isComposed,
    vocabSize: added.reduce((most, { id }) => Math.max(most, id + 1), 0),
    tokens: new Map(added.map(({ id, content }) => [id, content])),
    files,
  });
}

function byteLevelBpe({ json, added, tokenizerClass, find }: OpeningJson): ByteLevelBpe {
  const { vocab: file, merges } = bpeOf(json, nfc.nullish());
  const vocab = idsOf(fileName, file);
  const beyond = new Map(added.flatMap(({ content, id }) => (vocab.has(content) ? [] : [[content, id] as const])));
  return new ByteLevelBpe(
    { vocab, merges: mergesOf(merges), addedTokens: beyond },
    { tokenizerClass, specialTokens: find },
  );
}

function characterBpe({ json, tokenizerClass, files, find }: OpeningJson): CharacterBpe {
  const model = component(
    json,
    "model",
    characterModel,
    "a BPE with byte fallback, without dropout, prefixes or suffixes",
  );
  component(json, "normalizer", blanksToMarks, "Replace of blanks by word marks, as Gemma has it,");
  component(json, "pre_tokenizer", atBlanks.nullish(), "Split at blanks");
  const vocab = idsOf(fileName, model["vocab"]);
  return new CharacterBpe({
    vocab,
    merges: mergesOf(model.merges),
    specialTokenIds: find(vocab),
    fusesUnknown: model.fuse_unk,
    tokenizerClass,
    files,
  });
}
