import type { Encoding } from "./encoding.ts";
import type { InputTokenizer } from "./input-tokenizer.ts";
import type { TokenSpan } from "./markers.ts";
import { windowAround } from "./window.ts";

export interface EncodingOptions {
  /** Tokens of an encoding at most, `<s>` and `</s>` included; the tokenizer's own `maxLength` by default. */
  readonly maxLength?: number | undefined;
}

/** The part of an encoding that its window decides. */
export type WindowEncoding = Pick<Encoding, "inputIds" | "entityPositionIds" | "truncated" | "mentionCut"> & {
  /** The token spans of the mentions in `inputIds`. */
  readonly mentions: readonly TokenSpan[];
};

/** The span from the first token of any mention to the last token of any. */
export const extentOf = (mentions: readonly TokenSpan[]): TokenSpan => ({
  start: Math.min(...mentions.map(({ start }) => start)),
  end: Math.max(...mentions.map(({ end }) => end)),
});

/**
 * Puts `<s>` and `</s>` around as many tokens as fit, all mentions among them, and lists the positions of each mention
 * (luke.md 4.6). Returns undefined if the mentions do not fit.
 */
export function encodeWindow(
  tokenizer: InputTokenizer,
  tokens: ArrayLike<number>,
  mentions: readonly TokenSpan[],
  maxLength: number,
): WindowEncoding | undefined {
  const window = windowAround(extentOf(mentions), tokens.length, maxLength - 2);
  return window && placeMentions(tokenizer, tokens, mentions, window);
}

/** Encodes a window that is already chosen, as encodeWindow does; the mentions must lie in it. */
export function placeMentions(
  { words, maxMentionLength }: InputTokenizer,
  tokens: ArrayLike<number>,
  mentions: readonly TokenSpan[],
  window: TokenSpan,
): WindowEncoding {
  const inputIds = new Int32Array(window.end - window.start + 2);
  inputIds[0] = words.specialTokenIds.cls;
  for (let i = window.start; i < window.end; i++) inputIds[i - window.start + 1] = tokens[i]!;
  inputIds[inputIds.length - 1] = words.specialTokenIds.sep;
  const moved = mentions.map(({ start, end }) => ({ start: start - window.start + 1, end: end - window.start + 1 }));
  return {
    inputIds,
    entityPositionIds: moved.map(({ start, end }) => range(start, Math.min(end, start + maxMentionLength))),
    truncated: window.end - window.start < tokens.length,
    mentionCut: moved.some(({ start, end }) => end - start > maxMentionLength),
    mentions: moved,
  };
}

function range(start: number, end: number): Int32Array {
  const numbers = new Int32Array(end - start);
  for (let i = start; i < end; i++) numbers[i - start] = i;
  return numbers;
}
