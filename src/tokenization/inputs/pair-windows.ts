import type { TokenSpan } from "./markers.ts";
import { extentOf } from "./window-encoding.ts";

/** A window of a text's tokens and the pairs that are scored in it. */
export interface PairWindow extends TokenSpan {
  /** Indexes into the given pairs. */
  readonly pairs: readonly number[];
}

export interface PairWindows {
  /** In the order of the text, each with at least one pair. */
  readonly windows: readonly PairWindow[];
  /** Pairs that are longer than a window, from the first token of one mention to the last of the other. */
  readonly beyond: readonly number[];
}

/**
 * Assigns every pair of mentions that fits into `limit` tokens to exactly one window of at most that length. A text
 * that fits is one window. Longer ones get a window at every half window; a pair goes where the smaller of the contexts
 * on its two sides is largest, on ties to the first. Pairs that lie in none of these share a window that begins with
 * the mention that is first in both. The window of a pair depends on no other pair.
 */
export function pairWindows(
  mentions: readonly TokenSpan[],
  pairs: readonly (readonly [head: number, tail: number])[],
  length: number,
  limit: number,
): PairWindows {
  const extents = pairs.map(([head, tail]) => extentOf([mentions[head]!, mentions[tail]!]));
  const fits = ({ start, end }: TokenSpan): boolean => end - start <= limit;
  const windows = gridOf(length, limit);
  const ofParted = new Map<number, { start: number; end: number; pairs: number[] }>();
  for (const [pair, extent] of extents.entries()) {
    if (!fits(extent)) continue;
    const holding = windows.filter(({ start, end }) => start <= extent.start && extent.end <= end);
    if (holding.length > 0) {
      widest(holding, extent, length).pairs.push(pair);
      continue;
    }
    const start = extent.start;
    const own = ofParted.get(start) ?? { start, end: start + limit, pairs: [] };
    ofParted.set(start, own);
    own.pairs.push(pair);
  }
  return {
    windows: [...windows, ...ofParted.values()]
      .filter((window) => window.pairs.length > 0)
      .sort((a, b) => a.start - b.start),
    beyond: [...extents.keys()].filter((pair) => !fits(extents[pair]!)),
  };
}

/** Windows that cover the text and overlap by half; the last ends with the text. */
export function gridOf(length: number, limit: number): { start: number; end: number; pairs: number[] }[] {
  if (length <= limit) return [{ start: 0, end: length, pairs: [] }];
  const stride = Math.max(1, Math.floor(limit / 2));
  const count = Math.ceil((length - limit) / stride) + 1;
  return Array.from({ length: count }, (_, i) => {
    const start = Math.min(i * stride, length - limit);
    return { start, end: start + limit, pairs: [] };
  });
}

/** The window with the most context around a pair; a side on which the text itself ends lacks none. */
function widest<W extends TokenSpan>(windows: readonly W[], { start, end }: TokenSpan, length: number): W {
  const context = (window: W): number => {
    const left = window.start === 0 ? Infinity : start - window.start;
    const right = window.end === length ? Infinity : window.end - end;
    return Math.min(left, right);
  };
  return windows.reduce((best, window) => (context(window) > context(best) ? window : best));
}
