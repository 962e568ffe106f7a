import { withAddedTokens } from "./added-tokens.ts";
import type { TokenizerFiles } from "./tokenizer-files.ts";
import type { PlacedTokens, SpecialTokenIds, WordTokenizer } from "./word-tokenizer.ts";

/** A tokenizer with special tokens after those of its vocabulary. Their strings inside a text are ordinary text. */
export class GrownWords implements WordTokenizer {
  /** The tokenizer without the added tokens. */
  readonly inner: WordTokenizer;
  readonly added: readonly string[];
  readonly #files: TokenizerFiles;

  /** @param files those of the tokenizer without the added tokens */
  constructor(inner: WordTokenizer, added: readonly string[], files: TokenizerFiles = inner.files()) {
    this.inner = inner;
    this.added = added;
    this.#files = files;
  }

  get tokenizerClass(): string {
    return this.inner.tokenizerClass;
  }

  get vocabSize(): number {
    return this.inner.vocabSize + this.added.length;
  }

  get specialTokenIds(): SpecialTokenIds {
    return this.inner.specialTokenIds;
  }

  encode(text: string, ids?: number[]): number[] {
    return this.inner.encode(text, ids);
  }

  place(text: string): PlacedTokens {
    return this.inner.place(text);
  }

  decode(ids: ArrayLike<number>): string {
    let text = "";
    let run: number[] = [];
    for (const id of Array.from(ids)) {
      const token = this.added[id - this.inner.vocabSize];
      if (token === undefined) run.push(id);
      else {
        text += (run.length > 0 ? this.inner.decode(run) : "") + token;
        run = [];
      }
    }
    return text + (run.length > 0 ? this.inner.decode(run) : "");
  }

  files(): TokenizerFiles {
    return withAddedTokens(
      this.#files,
      this.added.map((token, i) => [token, this.inner.vocabSize + i] as const),
    );
  }
}
