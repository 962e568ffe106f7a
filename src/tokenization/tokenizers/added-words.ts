/** A token of `added_tokens` in tokenizer.json: it is cut out of a text before the rest is encoded. */
export interface AddedWord {
  readonly content: string;
  readonly id: number;
  /** Special tokens are ordinary text in a text, and nothing else is found inside of them. */
  readonly isSpecial: boolean;
  /** Whether it is only found as a whole word, and takes the white space at either side with it. */
  readonly isWholeWord: boolean;
  readonly takesLeft: boolean;
  readonly takesRight: boolean;
}

/** A part of a text: an added word, or what stands between them. */
export interface TextPart {
  readonly start: number;
  readonly end: number;
  /** The id of an added word. */
  readonly id: number | undefined;
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

/**
 * Finds added words in a text as `tokenizers` (Rust) does: at each place the longest, from left to right.
 * @see https://github.com/huggingface/tokenizers/blob/main/tokenizers/src/tokenizer/added_vocabulary.rs find_matches
 */
export class AddedWords {
  readonly #words: ReadonlyMap<string, AddedWord>;
  readonly #pattern: RegExp | undefined;

  constructor(words: readonly AddedWord[]) {
    this.#words = new Map(words.map((word) => [word.content, word]));
    // JavaScript takes the first alternative that fits; only ordinary words matter, but special ones hide them.
    const longestFirst = [...this.#words.keys()].filter(Boolean).sort((a, b) => b.length - a.length);
    const isAnyOrdinary = words.some(({ isSpecial }) => !isSpecial);
    this.#pattern = isAnyOrdinary ? new RegExp(longestFirst.map(escaped).join("|"), "gu") : undefined;
  }

  /** Parts a text; undefined if it has none of the words. */
  parts(text: string): TextPart[] | undefined {
    if (!this.#pattern) return undefined;
    const parts: TextPart[] = [];
    let done = 0;
    for (const { 0: content, index } of text.matchAll(this.#pattern)) {
      const word = this.#words.get(content)!;
      if (word.isSpecial) continue;
      let [start, end] = [index, index + content.length];
      if (
        word.isWholeWord &&
        (/[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]$/u.test(text.slice(0, start)) ||
          /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]/u.test(text.slice(end)))
      )
        continue;
      if (word.takesLeft) start = Math.max(done, text.slice(0, start).replace(/\p{White_Space}+$/u, "").length);
      if (word.takesRight) end += /^\p{White_Space}*/u.exec(text.slice(end))![0].length;
      if (done < start) parts.push({ start: done, end: start, id: undefined });
      parts.push({ start, end, id: word.id });
      done = end;
    }
    if (parts.length === 0) return undefined;
    if (done < text.length) parts.push({ start: done, end: text.length, id: undefined });
    return parts;
  }
}
