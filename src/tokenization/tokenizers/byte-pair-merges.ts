import type { BpeVocabulary } from "./bpe-files.ts";
import { byteAlphabet } from "./byte-alphabet.ts";
import { PairMerges } from "./pair-merges.ts";

const noToken = -1;
const isToken = (id: number): boolean => id !== noToken;

/** The merges of a byte-level BPE, applied to words. */
export class BytePairMerges {
  /** Token ids by byte; `noToken` for a byte without a token in the vocabulary. */
  readonly #idOfByte: Int32Array;
  readonly #merges: PairMerges;
  readonly #utf8 = new TextEncoder();

  /** Throws a TokenizerFilesError for a merge of or to a token that is not in `vocab`. */
  constructor({ vocab, merges }: Pick<BpeVocabulary, "vocab" | "merges">) {
    this.#idOfByte = Int32Array.from(byteAlphabet, (symbol) => vocab.get(symbol) ?? noToken);
    this.#merges = new PairMerges(vocab, merges);
  }

  /** Returns the token ids of a word; bytes without a token are left out, as in Hugging Face's Rust tokenizers. */
  encode(word: string): number[] {
    return this.#merges.merge(this.#bytesOf(word));
  }

  #bytesOf(word: string): number[] {
    const ids: number[] = [];
    for (let i = 0; i < word.length; i++) {
      const unit = word.charCodeAt(i);
      if (unit > 0x7f) return Array.from(this.#utf8.encode(word), (byte) => this.#idOfByte[byte]!).filter(isToken);
      if (isToken(this.#idOfByte[unit]!)) ids.push(this.#idOfByte[unit]!);
    }
    return ids;
  }
}
