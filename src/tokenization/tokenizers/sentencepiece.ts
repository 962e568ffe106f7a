import { formatIds, parseIds } from "./bpe-files.ts";
import { type Charsmap, parseCharsmap } from "./charsmap.ts";
import { PieceCache } from "./piece-cache.ts";
import { formatSentencePiece, parseSentencePiece, type SentencePieceModel } from "./sentencepiece-file.ts";
import { normalize, placesOfPieces, type UnitPlaces, wordMark } from "./sentencepiece-normalizer.ts";
import { textOf, type TokenizerFiles } from "./tokenizer-files.ts";
import { TokenizerFilesError } from "./tokenizer-files-error.ts";
import { Unigram, unknown } from "./unigram.ts";
import {
  type PlacedTokens,
  type SpecialTokenIds,
  specialTokens,
  specialTokensById,
  type WordTokenizer,
} from "./word-tokenizer.ts";

export const sentencePieceName = "sentencepiece.bpe.model";

/** fairseq's first ids, which take the place of sentencepiece's own special pieces. */
const fairseqIds = { cls: 0, pad: 1, sep: 2, unk: 3 } as const;
/** The offset between the id of any other piece in sentencepiece and here. */
const fairseqOffset = 1;

/** transformers takes sentencepiece's 0 for unknown, whichever piece that is. */
const idOf = (index: number): number => (index === unknown || index === 0 ? fairseqIds.unk : index + fairseqOffset);

/**
 * mLUKE's and luke-japanese's sentencepiece in XLM-R's layout (luke.md 4.11): with n pieces, `<mask>` is n + 1 and
 * `<ent>`, `<ent2>` come after it. Every text is encoded with a word mark before it. Lone surrogates, which are not
 * text, are encoded as U+FFFD.
 */
export class SentencePiece implements WordTokenizer {
  readonly tokenizerClass = "MLukeTokenizer";
  readonly vocabSize: number;
  readonly specialTokenIds: SpecialTokenIds;
  readonly #model: SentencePieceModel;
  readonly #file: Uint8Array;
  readonly #charsmap: Charsmap;
  readonly #unigram: Unigram;
  readonly #cache: PieceCache<readonly number[]>;

  /** `addedTokens` may give `<ent>` and `<ent2>` other ids; `file` is the name of the file of `model`. */
  constructor(
    model: SentencePieceModel,
    {
      addedTokens = new Map(),
      file = formatSentencePiece(model),
      cacheLimit,
    }: { addedTokens?: ReadonlyMap<string, number>; file?: Uint8Array; cacheLimit?: number } = {},
  ) {
    this.#model = model;
    this.#file = file;
    this.#charsmap = parseCharsmap(sentencePieceName, model.charsmap);
    // A special token's name is never found in a text: transformers cuts it out before, and here it is ordinary text.
    const names = new Set<string>(Object.values(specialTokens));
    const pieces = [...model.pieces.entries()].filter(([, { piece, type }]) => type === "normal" && !names.has(piece));
    this.#unigram = new Unigram(new Map(pieces));
    this.#cache = new PieceCache(cacheLimit);
    const mask = model.pieces.length + fairseqOffset;
    const ent = addedTokens.get(specialTokens.ent) ?? mask + 1;
    const ent2 = addedTokens.get(specialTokens.ent2) ?? mask + 2;
    if (ent <= mask || ent2 <= mask || ent === ent2) {
      throw new TokenizerFilesError(
        "added_tokens.json",
        `<ent> and <ent2> need ids of their own from ${mask + 1} on, after <mask>; found ${ent} and ${ent2}`,
      );
    }
    this.specialTokenIds = { ...fairseqIds, mask, ent, ent2 };
    this.vocabSize = Math.max(ent, ent2) + 1;
  }

  /** Opens sentencepiece.bpe.model and, where there is one, added_tokens.json, given by file name. */
  static fromFiles(files: TokenizerFiles): SentencePiece {
    const file = files[sentencePieceName];
    if (!(file instanceof Uint8Array)) {
      const found = file === undefined ? "it is missing" : "it was given as text";
      throw new TokenizerFilesError(sentencePieceName, `sentencepiece needs the bytes of this file; ${found}`);
    }
    const addedTokens = parseIds("added_tokens.json", textOf(files, "added_tokens.json") ?? "{}");
    return new SentencePiece(parseSentencePiece(sentencePieceName, file), { addedTokens, file });
  }

  encode(text: string, ids: number[] = []): number[] {
    for (const id of this.#cache.get(text) ?? this.#encodeText(text)) ids.push(id);
    return ids;
  }

  #encodeText(text: string): readonly number[] {
    const ids = this.#unigram.segment(normalize(text, this.#charsmap, this.#model)).map(idOf);
    this.#cache.set(text, ids);
    return ids;
  }

  place(text: string): PlacedTokens {
    const units: UnitPlaces = { starts: [], ends: [] };
    const lengths: number[] = [];
    const ids = this.#unigram.segment(normalize(text, this.#charsmap, this.#model, units), lengths).map(idOf);
    return { ids, ...placesOfPieces(lengths, units) };
  }

  /** Decodes to normalized words with one blank between them. Throws a RangeError for an id that no token has. */
  decode(ids: ArrayLike<number>): string {
    const special = specialTokensById(this.specialTokenIds);
    const tokens = Array.from(ids, (id) => {
      const token = special.get(id) ?? this.#model.pieces[id - fairseqOffset]?.piece;
      if (token === undefined) throw new RangeError(`id ${id} is not in the vocabulary of ${this.vocabSize} ids`);
      return token;
    });
    return tokens.join("").replaceAll(wordMark, " ");
  }

  files(): TokenizerFiles {
    const { ent, ent2 } = this.specialTokenIds;
    const added = new Map([
      [specialTokens.ent, ent],
      [specialTokens.ent2, ent2],
    ]);
    return { [sentencePieceName]: this.#file, "added_tokens.json": formatIds(added) };
  }
}
