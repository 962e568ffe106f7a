import type { Encoding } from "./encoding.ts";
import type { InputTokenizer } from "./input-tokenizer.ts";
import type { TokenSpan } from "./markers.ts";
import { gridOf } from "./pair-windows.ts";
import type { TextTokens } from "./text-tokens.ts";

/** A window of a text's tokens, without mentions. */
export interface TokenEncoding extends Encoding {
  /** The tokens of the text that stand between `<s>` and `</s>`. */
  readonly window: TokenSpan;
  /** Those of them that have as much context here as in any other window: each token of a text is in one core. */
  readonly core: TokenSpan;
}

/**
 * Encodes all tokens of a text as `transformers` does, between `<s>` and `</s>`: at once if they fit in `maxLength`, else in
 * windows that overlap by half. There is one window for a text without tokens.
 */
export function encodeTokens(
  { words, maxLength: longest }: InputTokenizer,
  { ids }: Pick<TextTokens, "ids">,
  maxLength: number = longest,
): TokenEncoding[] {
  const { cls, sep } = words.specialTokenIds;
  return tokenWindows(ids.length, maxLength - 2).map(({ window, core }) => {
    const inputIds = new Int32Array(window.end - window.start + 2);
    inputIds[0] = cls;
    inputIds.set(ids.subarray(window.start, window.end), 1);
    inputIds[inputIds.length - 1] = sep;
    return {
      inputIds,
      entityIds: new Int32Array(0),
      entityPositionIds: [],
      pairs: [],
      truncated: false,
      mentionCut: false,
      window,
      core,
    };
  });
}

/** The windows of `length` tokens, and the tokens of which each has the most context; on ties the first has it. */
export function tokenWindows(
  length: number,
  limit: number,
): { readonly window: TokenSpan; readonly core: TokenSpan }[] {
  const windows = gridOf(length, limit);
  /** The first token that has more context in the window after this one. */
  const seam = (i: number): number => Math.floor((windows[i + 1]!.start + windows[i]!.end - 1) / 2) + 1;
  return windows.map(({ start, end }, i) => ({
    window: { start, end },
    core: { start: i === 0 ? start : seam(i - 1), end: i === windows.length - 1 ? end : seam(i) },
  }));
}
