import type { Span } from "../../corpus/document.ts";
import type { WordTokenizer } from "../tokenizers/word-tokenizer.ts";
import { cutAtBoundaries } from "./boundaries.ts";

/**
 * The characters of a text that each token of its encoding stands for; undefined for markers, words of types and other
 * tokens that the text does not have.
 * @param spans the mentions at which the encoding cut the text
 */
export function alignedTokens(
  words: WordTokenizer,
  text: string,
  spans: readonly Span[],
  inputIds: Int32Array,
): (Span | undefined)[] {
  const ids: number[] = [];
  const places: Span[] = [];
  let offset = 0;
  for (const piece of cutAtBoundaries(text, spans).pieces) {
    const placed = words.place(piece);
    for (let i = 0; i < placed.ids.length; i++) {
      ids.push(placed.ids[i]!);
      places.push({ start: offset + placed.starts[i]!, end: offset + placed.ends[i]! });
    }
    offset += piece.length;
  }
  return longestCommon(inputIds, ids).map((at) => (at === undefined ? undefined : places[at]));
}

/** For each of `a` the place in `b` that it is matched with in a longest common subsequence. */
function longestCommon(a: ArrayLike<number>, b: ArrayLike<number>): (number | undefined)[] {
  const width = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        a[i] === b[j]
          ? lengths[(i + 1) * width + j + 1]! + 1
          : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!);
    }
  }
  const matched: (number | undefined)[] = [];
  let j = 0;
  for (let i = 0; i < a.length; i++) {
    while (j < b.length && a[i] !== b[j] && lengths[i * width + j + 1]! >= lengths[(i + 1) * width + j]!) j++;
    if (j < b.length && a[i] === b[j]) matched.push(j++);
    else matched.push(undefined);
  }
  return matched;
}
