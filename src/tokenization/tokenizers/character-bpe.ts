import { PairMerges } from "./pair-merges.ts";
import { PieceCache } from "./piece-cache.ts";
import { wordMark } from "./sentencepiece-normalizer.ts";
import type { TokenizerFiles } from "./tokenizer-files.ts";
import type { PlacedTokens, SpecialTokenIds, WordTokenizer } from "./word-tokenizer.ts";

export interface CharacterBpeParts {
  readonly vocab: ReadonlyMap<string, number>;
  readonly merges: readonly (readonly [left: string, right: string])[];
  readonly specialTokenIds: SpecialTokenIds;
  /** Whether unknown characters side by side are one token. */
  readonly fusesUnknown: boolean;
  readonly tokenizerClass: string;
  readonly files: TokenizerFiles;
}

/** The tokens of one character before merges, or of several unknown ones. */
interface Symbols {
  readonly ids: readonly number[];
  readonly units: number;
  /** Whether it is a token of its own, which merges may join to others. */
  readonly isToken: boolean;
}

/**
 * Gemma's BPE: tokens are made of characters, blanks are word marks, and a character that is no token is the tokens of its
 * bytes, `<0x41>`; where these are missing too, it is unknown.
 */
export class CharacterBpe implements WordTokenizer {
  readonly tokenizerClass: string;
  readonly vocabSize: number;
  readonly specialTokenIds: SpecialTokenIds;
  readonly #parts: CharacterBpeParts;
  readonly #merges: PairMerges;
  readonly #tokenOf: ReadonlyMap<number, string>;
  /** Together the words are the whole text; no merge joins two of them. */
  readonly #words: RegExp;
  readonly #cache = new PieceCache<readonly number[]>(1_000_000);
  readonly #utf8 = new TextEncoder();
  readonly #bytes: readonly (number | undefined)[];

  constructor(parts: CharacterBpeParts) {
    const { vocab, merges, specialTokenIds, tokenizerClass } = parts;
    this.#parts = parts;
    this.tokenizerClass = tokenizerClass;
    this.specialTokenIds = specialTokenIds;
    this.#merges = new PairMerges(vocab, merges);
    this.#tokenOf = new Map([...vocab].map(([token, id]) => [id, token]));
    this.vocabSize = [...this.#tokenOf.keys()].reduce((greatest, id) => Math.max(greatest, id), -1) + 1;
    this.#bytes = Array.from({ length: 256 }, (_, byte) => vocab.get(byteToken(byte)));
    const joinsWords = merges.some(([left, right]) => !left.endsWith(wordMark) && right.startsWith(wordMark));
    this.#words = joinsWords ? /[^]+/g : /▁+[^▁]*|[^▁]+/g;
  }

  encode(text: string, ids: number[] = []): number[] {
    for (const word of this.#wordsOf(text)) for (const id of this.#encodeWord(word)) ids.push(id);
    return ids;
  }

  #wordsOf = (text: string): readonly string[] => text.replaceAll(" ", wordMark).match(this.#words) ?? [];

  #encodeWord(word: string): readonly number[] {
    let ids = this.#cache.get(word);
    if (ids === undefined) {
      ids = this.#merges.merge(this.#symbolsOf(word).flatMap((symbols) => symbols.ids));
      this.#cache.set(word, ids);
    }
    return ids;
  }

  #symbolsOf(word: string): Symbols[] {
    const { vocab, specialTokenIds, fusesUnknown } = this.#parts;
    const symbols: Symbols[] = [];
    let isUnknown = false;
    for (const character of word) {
      const units = character.length;
      const id = vocab.get(character);
      const bytes = id === undefined ? this.#bytesOf(character) : [id];
      const isFused = isUnknown && bytes === undefined && fusesUnknown;
      isUnknown = bytes === undefined;
      const before = isFused ? symbols.pop()!.units : 0;
      symbols.push({ ids: bytes ?? [specialTokenIds.unk], units: before + units, isToken: id !== undefined });
    }
    return symbols;
  }

  /** The tokens of a character's bytes; undefined if one of them is missing. */
  #bytesOf(character: string): number[] | undefined {
    const ids = Array.from(this.#utf8.encode(character), (byte) => this.#bytes[byte]);
    return ids.includes(undefined) ? undefined : (ids as number[]);
  }

  place(text: string): PlacedTokens {
    const placed = { ids: [] as number[], starts: [] as number[], ends: [] as number[] };
    let at = 0;
    for (const word of this.#wordsOf(text)) {
      const symbols = this.#symbolsOf(word);
      let [next, inside] = [0, 0];
      for (const id of this.#encodeWord(word)) {
        const start = at;
        const { ids, units, isToken } = symbols[next]!;
        const end = start + (isToken ? this.#tokenOf.get(id)!.length : units);
        if (isToken) for (; at < end; next++) at += symbols[next]!.units;
        else if (++inside === ids.length) [next, inside, at] = [next + 1, 0, end];
        placed.ids.push(id);
        placed.starts.push(start);
        placed.ends.push(end);
      }
    }
    return placed;
  }

  /** Throws a RangeError for an id that no token has. */
  decode(ids: ArrayLike<number>): string {
    let text = "";
    let bytes: number[] = [];
    const flush = (): void => {
      text += new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(bytes));
      bytes = [];
    };
    for (const id of Array.from(ids)) {
      const token = this.#tokenOf.get(id);
      if (token === undefined) throw new RangeError(`id ${id} is not in the vocabulary of ${this.vocabSize} ids`);
      const byte = this.#bytes.indexOf(id);
      if (byte !== -1) bytes.push(byte);
      else {
        flush();
        text += token.replaceAll(wordMark, " ");
      }
    }
    flush();
    return text;
  }

  files(): TokenizerFiles {
    return this.#parts.files;
  }
}

const byteToken = (byte: number): string => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
