import type { Charsmap } from "./charsmap.ts";
import { PieceCache } from "./piece-cache.ts";
import {
  normalize,
  normalizeStripped,
  placesOfPieces,
  type UnitPlaces,
  type WhiteSpaceRules,
  wordMark,
} from "./sentencepiece-normalizer.ts";
import type { TokenizerFiles } from "./tokenizer-files.ts";
import { Unigram, unknown } from "./unigram.ts";
import type { PlacedTokens, SpecialTokenIds, WordTokenizer } from "./word-tokenizer.ts";

/** Together the words are the whole normalized text. */
const wordPattern = /▁[^▁]*|[^▁]+/gu;

export interface UnigramParts {
  /** By id, with their scores. */
  readonly pieces: readonly (readonly [piece: string, score: number])[];
  /** Names of tokens that are found in no text. */
  readonly special: ReadonlySet<string>;
  readonly specialTokenIds: SpecialTokenIds;
  readonly charsmap: Charsmap;
  /** How white space is normalized: as sentencepiece does it, or stripped first, as `tokenizers` does it for DeBERTa. */
  readonly rules: WhiteSpaceRules | "stripped";
  readonly tokenizerClass: string;
  readonly files: TokenizerFiles;
}

/**
 * Sentencepiece's unigram model as `tokenizers` (Rust) runs it for XLM-R and CamemBERT: a piece's id is its place in the list,
 * each word is cut on its own, sums are float64.
 */
export class UnigramWords implements WordTokenizer {
  readonly tokenizerClass: string;
  readonly vocabSize: number;
  readonly specialTokenIds: SpecialTokenIds;
  readonly #parts: UnigramParts;
  readonly #unigram: Unigram;
  readonly #words = new PieceCache<readonly number[]>(1_000_000);

  constructor(parts: UnigramParts) {
    const { pieces, special, specialTokenIds, tokenizerClass } = parts;
    this.#parts = parts;
    this.tokenizerClass = tokenizerClass;
    this.specialTokenIds = specialTokenIds;
    this.vocabSize = Math.max(pieces.length, ...Object.values(specialTokenIds).map((id) => id + 1));
    const found = pieces.map(([piece, score]) => ({ piece, score }));
    this.#unigram = new Unigram(new Map([...found.entries()].filter(([, { piece }]) => !special.has(piece))), {
      precision: "float64",
      lowest: found.reduce((lowest, { score }) => Math.min(lowest, score), Infinity),
    });
  }

  encode(text: string, ids: number[] = []): number[] {
    for (const word of this.#normalize(text).match(wordPattern) ?? []) {
      let ofWord = this.#words.get(word);
      if (ofWord === undefined) {
        ofWord = this.#unigram.segment(word).map((id) => (id === unknown ? this.specialTokenIds.unk : id));
        this.#words.set(word, ofWord);
      }
      for (const id of ofWord) ids.push(id);
    }
    return ids;
  }

  #normalize(text: string, places?: UnitPlaces): string {
    const { charsmap, rules } = this.#parts;
    return rules === "stripped" ? normalizeStripped(text, charsmap, places) : normalize(text, charsmap, rules, places);
  }

  place(text: string): PlacedTokens {
    const units: UnitPlaces = { starts: [], ends: [] };
    const ids: number[] = [];
    const lengths: number[] = [];
    for (const word of this.#normalize(text, units).match(wordPattern) ?? []) {
      const ofWord: number[] = [];
      for (const id of this.#unigram.segment(word, ofWord)) ids.push(id === unknown ? this.specialTokenIds.unk : id);
      for (const length of ofWord) lengths.push(length);
    }
    return { ids, ...placesOfPieces(lengths, units) };
  }

  /** Words stand apart by one blank each, and normalized. Throws a RangeError for an id that no token has. */
  decode(ids: ArrayLike<number>): string {
    const tokens = Array.from(ids, (id) => {
      const token = this.#parts.pieces[id]?.[0];
      if (token === undefined) throw new RangeError(`id ${id} is not in the vocabulary of ${this.vocabSize} ids`);
      return token;
    });
    return tokens.join("").replaceAll(wordMark, " ");
  }

  files(): TokenizerFiles {
    return this.#parts.files;
  }
}
