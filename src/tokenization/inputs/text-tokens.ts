import type { Span } from "../../corpus/document.ts";
import type { WordTokenizer } from "../tokenizers/word-tokenizer.ts";
import type { TokenSpan } from "./markers.ts";

/** The tokens of a whole text, without special tokens, and where a span of tokens may begin and end. */
export interface TextTokens {
  readonly ids: Int32Array;
  /** For each token the characters that it stands for, without white space at either end, in UTF-16 code units. */
  readonly starts: Int32Array;
  /** End exclusive; not greater than the start for a token of white space alone, and for one of no character. */
  readonly ends: Int32Array;
  /**
   * For each place before a token, and after the last, whether a span may begin or end there: 0 inside of a character that
   * several tokens share. [tokens + 1]
   */
  readonly isBoundary: Uint8Array;
}

/** Encodes a whole text, as `transformers` encodes it, with the place of each token. */
export function textTokens(words: WordTokenizer, text: string): TextTokens {
  const placed = words.place(text);
  const starts = Int32Array.from(placed.starts);
  const ends = Int32Array.from(placed.ends);
  const isBoundary = new Uint8Array(starts.length + 1).fill(1);
  for (let i = 1; i < starts.length; i++) if (starts[i]! < ends[i - 1]!) isBoundary[i] = 0;
  for (let i = 0; i < starts.length; i++) {
    while (starts[i]! < ends[i]! && isWhiteSpace(text, starts[i]!)) starts[i]!++;
    while (starts[i]! < ends[i]! && isWhiteSpace(text, ends[i]! - 1)) ends[i]!--;
  }
  return { ids: Int32Array.from(placed.ids), starts, ends, isBoundary };
}

const whiteSpace = /[\s\p{White_Space}]/u;
const isWhiteSpace = (text: string, at: number): boolean => whiteSpace.test(text.charAt(at));

/** Whether a token stands for a character that is not white space. */
export const isVisible = ({ starts, ends }: TextTokens, token: number): boolean => starts[token]! < ends[token]!;

/** The characters from the first to the last visible token; undefined if there is none. */
export function charactersOf(tokens: TextTokens, { start, end }: TokenSpan): Span | undefined {
  let [first, last] = [start, end - 1];
  while (first <= last && !isVisible(tokens, first)) first++;
  while (first <= last && !isVisible(tokens, last)) last--;
  return first > last ? undefined : { start: tokens.starts[first]!, end: tokens.ends[last]! };
}

/**
 * The tokens that a span of characters touches, as far as the characters that these tokens share; undefined if it touches
 * no visible one.
 */
export function tokensOf(tokens: TextTokens, { start, end }: Span): TokenSpan | undefined {
  const { starts, ends, isBoundary } = tokens;
  let first = firstEndingAfter(ends, start);
  while (first < starts.length && !isVisible(tokens, first)) first++;
  if (first === starts.length || starts[first]! >= end) return undefined;
  let last = first;
  for (let next = first + 1; next < starts.length && starts[next]! < end; next++)
    if (isVisible(tokens, next)) last = next;
  while (isBoundary[first] === 0) first--;
  while (isBoundary[last + 1] === 0) last++;
  return { start: first, end: last + 1 };
}

/** The first token that ends after a place; ends never decrease. */
function firstEndingAfter(ends: Int32Array, place: number): number {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle]! > place) high = middle;
    else low = middle + 1;
  }
  return low;
}
