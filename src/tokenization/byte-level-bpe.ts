import { BPE, byteLevelPreTokenizer, Tokenizer } from "tokenizers";
import { type BpeVocabulary, formatBpe, parseBpe } from "./bpe-files.ts";
import { decodeByteLevel } from "./byte-alphabet.ts";
import { PieceCache } from "./piece-cache.ts";
import { TokenizerFilesError } from "./tokenizer-files-error.ts";
import type { TokenizerFiles } from "./tokenizer-files.ts";
import { type SpecialTokenIds, specialTokens, type WordTokenizer } from "./word-tokenizer.ts";

/**
 * RoBERTa's byte-level BPE (luke.md 4.2) over Hugging Face's Rust tokenizers. Lone surrogates, which are no text, are
 * encoded as U+FFFD.
 */
export class ByteLevelBpe implements WordTokenizer {
  readonly tokenizerClass = "LukeTokenizer";
  readonly vocabSize: number;
  readonly specialTokenIds: SpecialTokenIds;
  readonly #vocabulary: BpeVocabulary;
  readonly #tokenizer: Tokenizer;
  readonly #tokenOf: ReadonlyMap<number, string>;
  readonly #cache: PieceCache;

  /** Encoded texts are remembered, up to `cacheLimit` UTF-16 units. */
  constructor(vocabulary: BpeVocabulary, { cacheLimit }: { cacheLimit?: number } = {}) {
    this.#vocabulary = vocabulary;
    this.#cache = new PieceCache(cacheLimit);
    const { vocab, addedTokens } = vocabulary;
    const ids = new Map([...vocab, ...addedTokens]);
    this.#tokenOf = new Map([...ids].map(([token, id]) => [id, token]));
    if (this.#tokenOf.size !== ids.size) throw new TokenizerFilesError("vocab.json", "two tokens have the same id");
    this.vocabSize = [...ids.values()].reduce((greatest, id) => Math.max(greatest, id), -1) + 1;
    this.specialTokenIds = resolveSpecialTokens(ids);
    this.#tokenizer = bpeTokenizer(vocabulary);
  }

  /** Opens vocab.json, merges.txt and added_tokens.json, given by file name. */
  static fromFiles(files: TokenizerFiles): ByteLevelBpe {
    return new ByteLevelBpe(parseBpe(files));
  }

  async encodePieces(texts: readonly string[]): Promise<Int32Array[]> {
    const known = new Map(texts.map((text) => [text, this.#cache.get(text)]));
    const unknown = [...known.keys()].filter((text) => known.get(text) === undefined);
    if (unknown.length > 0) {
      const encodings = await this.#tokenizer.encodeBatch(unknown, { addSpecialTokens: false });
      for (const [index, text] of unknown.entries()) {
        const ids = Int32Array.from(encodings[index]!.getIds());
        known.set(text, ids);
        this.#cache.set(text, ids);
      }
    }
    return texts.map((text) => known.get(text)!);
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

/** No special tokens are registered with it: that is what keeps a literal `<ent>` in a text ordinary text. */
function bpeTokenizer({ vocab, merges }: BpeVocabulary): Tokenizer {
  let model;
  try {
    model = BPE.init(Object.fromEntries(vocab), merges);
  } catch (error) {
    throw new TokenizerFilesError("merges.txt", `it does not fit vocab.json: ${String(error)}`);
  }
  const tokenizer = new Tokenizer(model);
  tokenizer.setPreTokenizer(byteLevelPreTokenizer(false));
  return tokenizer;
}

function resolveSpecialTokens(ids: ReadonlyMap<string, number>): SpecialTokenIds {
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
