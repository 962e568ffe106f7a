import { type BpeVocabulary, formatBpe, parseBpe } from "./bpe-files.ts";
import { decodeByteLevel } from "./byte-alphabet.ts";
import { BytePairMerges } from "./byte-pair-merges.ts";
import { PieceCache } from "./piece-cache.ts";
import { placesOfBytes } from "./places-of-bytes.ts";
import { preTokenize } from "./pre-tokenize.ts";
import { TokenizerFilesError } from "./tokenizer-files-error.ts";
import type { TokenizerFiles } from "./tokenizer-files.ts";
import { type PlacedTokens, type SpecialTokenIds, specialTokens, type WordTokenizer } from "./word-tokenizer.ts";

export interface ByteLevelBpeOptions {
  readonly cacheLimit?: number;
  readonly tokenizerClass?: string;
  readonly specialTokens?: (ids: ReadonlyMap<string, number>) => SpecialTokenIds;
}

/** RoBERTa's byte-level BPE (luke.md 4.2). Lone surrogates, which are not text, are encoded as U+FFFD. */
export class ByteLevelBpe implements WordTokenizer {
  readonly tokenizerClass: string;
  readonly vocabSize: number;
  readonly specialTokenIds: SpecialTokenIds;
  readonly #vocabulary: BpeVocabulary;
  readonly #merges: BytePairMerges;
  readonly #tokenOf: ReadonlyMap<number, string>;
  readonly #words: PieceCache<readonly number[]>;

  /** Caches encoded words up to `cacheLimit` UTF-16 units. `specialTokens` finds the special tokens, by default LUKE's. */
  constructor(vocabulary: BpeVocabulary, options: ByteLevelBpeOptions = {}) {
    const { cacheLimit = 1_000_000, tokenizerClass = "LukeTokenizer", specialTokens: find = lukeTokens } = options;
    this.tokenizerClass = tokenizerClass;
    this.#vocabulary = vocabulary;
    this.#words = new PieceCache(cacheLimit);
    const { vocab, addedTokens } = vocabulary;
    const ids = new Map([...vocab, ...addedTokens]);
    this.#tokenOf = new Map([...ids].map(([token, id]) => [id, token]));
    if (this.#tokenOf.size !== ids.size) throw new TokenizerFilesError("vocab.json", "two tokens have the same id");
    this.vocabSize = [...ids.values()].reduce((greatest, id) => Math.max(greatest, id), -1) + 1;
    this.specialTokenIds = find(ids);
    this.#merges = new BytePairMerges(vocabulary);
  }

  /** Opens vocab.json, merges.txt and added_tokens.json, given by file name. */
  static fromFiles(files: TokenizerFiles): ByteLevelBpe {
    return new ByteLevelBpe(parseBpe(files));
  }

  encode(text: string, ids: number[] = []): number[] {
    for (const word of preTokenize(text)) {
      const ofWord = this.#words.get(word) ?? this.#encodeWord(word);
      for (let i = 0; i < ofWord.length; i++) ids.push(ofWord[i]!);
    }
    return ids;
  }

  place(text: string): PlacedTokens {
    const placed = { ids: [] as number[], starts: [] as number[], ends: [] as number[] };
    let at = 0;
    for (const word of preTokenize(text)) {
      const ids = this.#words.get(word) ?? this.#encodeWord(word);
      // A token has a symbol for each of its bytes.
      const sizes = ids.map((id) => this.#tokenOf.get(id)!.length);
      for (const [i, [start, end]] of placesOfBytes(word, sizes).entries()) {
        placed.ids.push(ids[i]!);
        placed.starts.push(at + start);
        placed.ends.push(at + end);
      }
      at += word.length;
    }
    return placed;
  }

  #encodeWord(word: string): readonly number[] {
    const ids = this.#merges.encode(word);
    this.#words.set(word, ids);
    return ids;
  }

  /** Throws a RangeError for an id that no token has. */
  decode(ids: ArrayLike<number>): string {
    const special = new Set(Object.values<number>(this.specialTokenIds));
    let text = "";
    let run: string[] = [];
    for (const id of Array.from(ids)) {
      const token = this.#tokenOf.get(id);
      if (token === undefined) throw new RangeError(`id ${id} is not in the vocabulary of ${this.vocabSize} ids`);
      if (!special.has(id)) {
        run.push(token);
        continue;
      }
      text += decodeByteLevel(run) + token;
      run = [];
    }
    return text + decodeByteLevel(run);
  }

  files(): Record<string, string> {
    return formatBpe(this.#vocabulary);
  }
}

function lukeTokens(ids: ReadonlyMap<string, number>): SpecialTokenIds {
  const resolve = (token: string): number => {
    const id = ids.get(token);
    if (id !== undefined) return id;
    throw new TokenizerFilesError(
      "vocab.json",
      `neither vocab.json nor added_tokens.json has the special token ${token}`,
    );
  };
  const { cls, pad, sep, unk, mask, ent, ent2 } = specialTokens;
  return {
    cls: resolve(cls),
    pad: resolve(pad),
    sep: resolve(sep),
    unk: resolve(unk),
    mask: resolve(mask),
    ent: resolve(ent),
    ent2: resolve(ent2),
  };
}
