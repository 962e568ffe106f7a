import { bertWords, placedBertWords, type BertRules } from "./bert-words.ts";
import { PieceCache } from "./piece-cache.ts";
import type { TokenizerFiles } from "./tokenizer-files.ts";
import type { PlacedTokens, SpecialTokenIds, WordTokenizer } from "./word-tokenizer.ts";

export interface WordPieceParts {
  readonly vocab: ReadonlyMap<string, number>;
  readonly specialTokenIds: SpecialTokenIds;
  /** Stands before a piece that continues a word: `##`. */
  readonly continuation: string;
  /** A word of more characters is unknown. */
  readonly longestWord: number;
  readonly rules: BertRules;
  readonly tokenizerClass: string;
  readonly files: TokenizerFiles;
}

/** BERT's WordPiece (Devlin et al. 2019): of each word the longest piece that it begins with, then of the rest. */
export class WordPiece implements WordTokenizer {
  readonly tokenizerClass: string;
  readonly vocabSize: number;
  readonly specialTokenIds: SpecialTokenIds;
  readonly #parts: WordPieceParts;
  readonly #tokenOf: ReadonlyMap<number, string>;
  readonly #longestPiece: number;
  readonly #words = new PieceCache<readonly number[]>(1_000_000);

  constructor(parts: WordPieceParts) {
    this.#parts = parts;
    this.tokenizerClass = parts.tokenizerClass;
    this.specialTokenIds = parts.specialTokenIds;
    this.#tokenOf = new Map([...parts.vocab].map(([token, id]) => [id, token]));
    this.vocabSize = [...this.#tokenOf.keys()].reduce((greatest, id) => Math.max(greatest, id), -1) + 1;
    this.#longestPiece = [...parts.vocab.keys()].reduce((most, { length }) => Math.max(most, length), 0);
  }

  encode(text: string, ids: number[] = []): number[] {
    for (const word of bertWords(text, this.#parts.rules)) for (const id of this.#encodeWord(word)) ids.push(id);
    return ids;
  }

  place(text: string): PlacedTokens {
    const placed = { ids: [] as number[], starts: [] as number[], ends: [] as number[] };
    for (const { word, starts, ends } of placedBertWords(text, this.#parts.rules)) {
      let at = 0;
      for (const id of this.#encodeWord(word)) {
        placed.ids.push(id);
        placed.starts.push(starts[at]!);
        at += this.#unitsOf(id, at, word);
        placed.ends.push(ends[at - 1]!);
      }
    }
    return placed;
  }

  /** The number of code units that a piece takes of its word. */
  #unitsOf(id: number, at: number, word: string): number {
    const { specialTokenIds, continuation } = this.#parts;
    if (id === specialTokenIds.unk) return word.length;
    return this.#tokenOf.get(id)!.length - (at === 0 ? 0 : continuation.length);
  }

  #encodeWord(word: string): readonly number[] {
    let ids = this.#words.get(word);
    if (ids === undefined) {
      ids = this.#cut(word);
      this.#words.set(word, ids);
    }
    return ids;
  }

  #cut(word: string): readonly number[] {
    const { vocab, continuation, longestWord, specialTokenIds } = this.#parts;
    if (word.length > longestWord && Array.from(word).length > longestWord) return [specialTokenIds.unk];
    const ids: number[] = [];
    for (let start = 0; start < word.length;) {
      const before = start === 0 ? "" : continuation;
      let end = Math.min(word.length, start + this.#longestPiece);
      let id: number | undefined;
      for (; end > start; end--) {
        id = vocab.get(before + word.slice(start, end));
        if (id !== undefined) break;
      }
      if (id === undefined) return [specialTokenIds.unk];
      ids.push(id);
      start = end;
    }
    return ids;
  }

  /** Words stand apart by one blank each, and normalized. Throws a RangeError for an id that no token has. */
  decode(ids: ArrayLike<number>): string {
    const { continuation } = this.#parts;
    let text = "";
    for (const id of Array.from(ids)) {
      const token = this.#tokenOf.get(id);
      if (token === undefined) throw new RangeError(`id ${id} is not in the vocabulary of ${this.vocabSize} ids`);
      if (continuation !== "" && token.startsWith(continuation)) text += token.slice(continuation.length);
      else text += text === "" ? token : ` ${token}`;
    }
    return text;
  }

  files(): TokenizerFiles {
    return this.#parts.files;
  }
}
