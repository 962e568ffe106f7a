import type { TokenizerFiles } from "./tokenizer-files.ts";

/** The special tokens of LUKE's word vocabulary, by their strings; their ids differ between checkpoints. */
export const specialTokens = {
  cls: "<s>",
  pad: "<pad>",
  sep: "</s>",
  unk: "<unk>",
  mask: "<mask>",
  ent: "<ent>",
  ent2: "<ent2>",
} as const;

export type SpecialTokenIds = Readonly<Record<keyof typeof specialTokens, number>>;

/** The strings of the special tokens by id. */
export function specialTokensById(ids: SpecialTokenIds): Map<number, string> {
  const idOf = new Map(Object.entries(ids));
  return new Map(Object.entries(specialTokens).map(([role, token]) => [idOf.get(role)!, token]));
}

/**
 * Tokens, and for each the characters of the text that it stands for, in UTF-16 code units, end exclusive. Where several
 * tokens share a character, each has it whole.
 */
export interface PlacedTokens {
  readonly ids: readonly number[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** The word side of a tokenizer: byte-level BPE for LUKE and RoBERTa, sentencepiece for mLUKE and XLM-R, WordPiece for BERT. */
export interface WordTokenizer {
  /** The class of transformers that opens its files. */
  readonly tokenizerClass: string;
  /** Number of rows that a word embedding table needs: the greatest id plus one, special tokens included. */
  readonly vocabSize: number;
  readonly specialTokenIds: SpecialTokenIds;
  /**
   * Appends the token ids of a text, encoded on its own and without special tokens, to `ids`, which it returns. A special
   * token's string inside a text is ordinary text.
   */
  encode(text: string, ids?: number[]): number[];
  /** The ids of `encode`, with the place of each token in the text. */
  place(text: string): PlacedTokens;
  /** Decodes ids into text; special tokens appear as their strings. */
  decode(ids: ArrayLike<number>): string;
  /** The tokenizer's own files as transformers names them, by file name. */
  files(): TokenizerFiles;
}
