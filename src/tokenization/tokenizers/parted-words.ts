import type { AddedWords, TextPart } from "./added-words.ts";
import { composed } from "./composed.ts";
import type { TokenizerFiles } from "./tokenizer-files.ts";
import type { PlacedTokens, SpecialTokenIds, WordTokenizer } from "./word-tokenizer.ts";

export interface PartedWordsParts {
  /** Encodes what stands between added words. */
  readonly inner: WordTokenizer;
  /** Words that are found in the text as it stands. */
  readonly ofText: AddedWords;
  /** Words that are found after the text is composed. */
  readonly ofNormal: AddedWords;
  readonly isComposed: boolean;
  /** The greatest id of an added token, plus one. */
  readonly vocabSize: number;
  readonly tokens: ReadonlyMap<number, string>;
  readonly files: TokenizerFiles;
}

interface Places {
  readonly ids: number[];
  readonly starts: number[];
  readonly ends: number[];
}

/** A tokenizer that cuts added words out of a text, and composes the rest (NFC), before another one encodes it. */
export class PartedWords implements WordTokenizer {
  readonly #parts: PartedWordsParts;

  constructor(parts: PartedWordsParts) {
    this.#parts = parts;
  }

  get tokenizerClass(): string {
    return this.#parts.inner.tokenizerClass;
  }

  get vocabSize(): number {
    return Math.max(this.#parts.inner.vocabSize, this.#parts.vocabSize);
  }

  get specialTokenIds(): SpecialTokenIds {
    return this.#parts.inner.specialTokenIds;
  }

  encode(text: string, ids: number[] = []): number[] {
    const { inner, ofText, ofNormal, isComposed } = this.#parts;
    for (const part of ofText.parts(text) ?? [whole(text)]) {
      if (part.id !== undefined) {
        ids.push(part.id);
        continue;
      }
      const own = text.slice(part.start, part.end);
      const normal = isComposed ? own.normalize("NFC") : own;
      for (const { id, start, end } of ofNormal.parts(normal) ?? [whole(normal)])
        if (id === undefined) inner.encode(normal.slice(start, end), ids);
        else ids.push(id);
    }
    return ids;
  }

  place(text: string): PlacedTokens {
    const { inner, ofText, ofNormal, isComposed } = this.#parts;
    const placed: Places = { ids: [], starts: [], ends: [] };
    const push = (id: number, start: number, end: number): void => {
      placed.ids.push(id);
      placed.starts.push(start);
      placed.ends.push(end);
    };
    for (const part of ofText.parts(text) ?? [whole(text)]) {
      if (part.id !== undefined) {
        push(part.id, part.start, part.end);
        continue;
      }
      const own = text.slice(part.start, part.end);
      const normal = isComposed && own.normalize("NFC") !== own ? composed(own) : undefined;
      const startOf = (unit: number): number =>
        part.start + (normal ? (normal.places.starts[unit] ?? own.length) : unit);
      const endOf = (unit: number): number => part.start + (normal ? (normal.places.ends[unit - 1] ?? 0) : unit);
      const read = normal?.text ?? own;
      for (const { id, start, end } of ofNormal.parts(read) ?? [whole(read)]) {
        if (id !== undefined) {
          push(id, startOf(start), endOf(end));
          continue;
        }
        const tokens = inner.place(read.slice(start, end));
        for (const [i, token] of tokens.ids.entries())
          push(token, startOf(start + tokens.starts[i]!), endOf(start + tokens.ends[i]!));
      }
    }
    return placed;
  }

  /** Decodes as the inner tokenizer does. Throws a RangeError for an id that no token has. */
  decode(ids: ArrayLike<number>): string {
    const { inner, tokens } = this.#parts;
    let text = "";
    let run: number[] = [];
    for (const id of Array.from(ids)) {
      const token = tokens.get(id);
      if (token === undefined) run.push(id);
      else {
        text += (run.length > 0 ? inner.decode(run) : "") + token;
        run = [];
      }
    }
    return text + (run.length > 0 ? inner.decode(run) : "");
  }

  files(): TokenizerFiles {
    return this.#parts.files;
  }
}

const whole = (text: string): TextPart => ({ start: 0, end: text.length, id: undefined });
