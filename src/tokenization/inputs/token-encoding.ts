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
  /**
   * The spans of tokens that have more context here than in any other window that holds them: those whose first and last
   * index into `inputIds` add up to a number in this range. A span that no window holds is asked of none.
   */
  readonly askedSums: SumRange;
}

/** Both ends are included. */
export interface SumRange {
  readonly from: number;
  readonly to: number;
}

/** Whether a window is asked about the span from token `first` to `last`, by their indexes into `inputIds`. */
export const isAskedAbout = (
  { inputIds, askedSums }: Pick<TokenEncoding, "inputIds" | "askedSums">,
  first: number,
  last: number,
): boolean =>
  first > 0 &&
  last < inputIds.length - 1 &&
  first <= last &&
  askedSums.from <= first + last &&
  first + last <= askedSums.to;

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
  const windows = tokenWindows(ids.length, maxLength - 2);
  return windows.map(({ window, core }, i) => {
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
      askedSums: askedSums(
        windows.map((one) => one.window),
        i,
      ),
    };
  });
}

/** On ties the first window is asked. */
function askedSums(windows: readonly TokenSpan[], i: number): SumRange {
  // A span has as much context at its end in one window as at its start in the next where its start and end add up to this.
  const seam = (before: number): number => windows[before]!.end + windows[before + 1]!.start;
  // Start and end of a span in the text are its first and last index, less `<s>` and the end's 1, after the window's start.
  const toIndexes = 1 - 2 * windows[i]!.start;
  return {
    from: i === 0 ? 0 : seam(i - 1) + 1 + toIndexes,
    to: i === windows.length - 1 ? Number.MAX_SAFE_INTEGER : seam(i) + toIndexes,
  };
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
