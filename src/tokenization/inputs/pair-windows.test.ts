import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TokenSpan } from "./markers.ts";
import { type PairWindow, pairWindows } from "./pair-windows.ts";

interface Case {
  readonly mentions: TokenSpan[];
  readonly pairs: [number, number][];
  readonly length: number;
  readonly limit: number;
}

const cases: fc.Arbitrary<Case> = fc
  .tuple(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 40 }))
  .chain(([length, limit]) => {
    const mention = fc
      .tuple(fc.nat(length - 1), fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: length })))
      .map(([start, size]) => ({ start, end: Math.min(length, start + size) }));
    return fc.array(mention, { minLength: 1, maxLength: 12 }).chain((mentions) => {
      const index = fc.nat(mentions.length - 1);
      return fc
        .array(fc.tuple(index, index), { maxLength: 30 })
        .map((pairs): Case => ({ mentions, pairs, length, limit }));
    });
  });

const extentOf = ({ mentions, pairs }: Case, pair: number): TokenSpan => {
  const [head, tail] = pairs[pair]!.map((mention) => mentions[mention]!) as [TokenSpan, TokenSpan];
  return { start: Math.min(head.start, tail.start), end: Math.max(head.end, tail.end) };
};

const holds = (window: TokenSpan, extent: TokenSpan): boolean =>
  window.start <= extent.start && extent.end <= window.end;

/** The smaller context of a window's two sides; a side on which the text ends counts as infinite. */
const context = (window: TokenSpan, { start, end }: TokenSpan, length: number): number =>
  Math.min(window.start === 0 ? Infinity : start - window.start, window.end === length ? Infinity : window.end - end);

/** The starts of windows: every half window, and the last one that the text has room for. */
function halfWindows({ length, limit }: Case): TokenSpan[] {
  const stride = Math.max(1, Math.floor(limit / 2));
  const starts = Array.from({ length }, (_, i) => i).filter((i) => i % stride === 0 && i + limit < length);
  return [...starts, Math.max(0, length - limit)].map((start) => ({ start, end: Math.min(length, start + limit) }));
}

const plan = ({ mentions, pairs, length, limit }: Case) => pairWindows(mentions, pairs, length, limit);

test("every pair that fits stands in one window, which holds it; the others are told", () => {
  fc.assert(
    fc.property(cases, (input) => {
      const { windows, beyond } = plan(input);
      const all = [...input.pairs.keys()];
      const fits = (pair: number): boolean => {
        const { start, end } = extentOf(input, pair);
        return end - start <= input.limit;
      };
      expect(windows.flatMap(({ pairs }) => pairs).sort((a, b) => a - b)).toEqual(all.filter(fits));
      expect(beyond).toEqual(all.filter((pair) => !fits(pair)));
      for (const window of windows) {
        expect(window.pairs.length).toBeGreaterThan(0);
        for (const pair of window.pairs) expect(holds(window, extentOf(input, pair))).toBe(true);
      }
    }),
  );
});

test("every window lies in the text and is as long as it may be; they stand in the order of the text, each once", () => {
  fc.assert(
    fc.property(cases, (input) => {
      const { length, limit } = input;
      const { windows } = plan(input);
      for (const { start, end } of windows) {
        expect(end - start).toBe(Math.min(limit, length));
        expect(start >= 0 && end <= length).toBe(true);
      }
      const starts = windows.map(({ start }) => start);
      expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b));
      if (length <= limit) expect(windows.length).toBe(Math.min(1, input.pairs.length));
    }),
  );
});

test("a pair stands in the half window that shows most around it, and in one of its own only where none holds it", () => {
  fc.assert(
    fc.property(cases, (input) => {
      const half = halfWindows(input);
      for (const window of plan(input).windows) {
        const isHalf = half.some(({ start }) => start === window.start);
        for (const pair of window.pairs) {
          const extent = extentOf(input, pair);
          const holding = half.filter((one) => holds(one, extent));
          if (!isHalf) expect(holding).toEqual([]);
          const most = Math.max(...holding.map((one) => context(one, extent, input.length)), 0);
          if (isHalf) expect(context(window, extent, input.length)).toBe(most);
        }
      }
    }),
  );
});

const windowOf = ({ windows }: { windows: readonly PairWindow[] }, pair: number): [number, number] => {
  const { start, end } = windows.find(({ pairs }) => pairs.includes(pair))!;
  return [start, end];
};

test("where a pair stands depends on no other pair", () => {
  fc.assert(
    fc.property(cases, (input) => {
      const together = plan(input);
      expect(plan(input)).toEqual(together);
      for (const [pair, place] of input.pairs.entries()) {
        const alone = plan({ ...input, pairs: [place] });
        if (together.beyond.includes(pair)) expect(alone.windows).toEqual([]);
        else expect(windowOf(alone, 0)).toEqual(windowOf(together, pair));
      }
    }),
  );
});

describe("100 tokens, of which 20 fit", () => {
  test.each<[string, [number, number], [number, number]]>([
    ["at the start of the text no context is missing", [0, 2], [0, 20]],
    ["nearer to the start", [12, 14], [0, 20]],
    ["of equals the first", [14, 16], [0, 20]],
    ["nearer to the middle of the next", [15, 17], [10, 30]],
    ["at the end of the text no context is missing", [97, 99], [80, 100]],
    ["as long as a window that is cut there", [30, 50], [30, 50]],
  ])("%s", (_, [start, end], expected) => {
    const mentions = [
      { start, end: start + 1 },
      { start: end - 1, end },
    ];
    expect(windowOf(pairWindows(mentions, [[0, 1]], 100, 20), 0)).toEqual(expected);
    expect(windowOf(pairWindows(mentions, [[1, 0]], 100, 20), 0)).toEqual(expected);
  });

  test("pairs that the cuts part share a window where they begin together", () => {
    const mentions = [5, 21, 22, 24].map((start) => ({ start, end: start + 1 }));
    const { windows, beyond } = pairWindows(
      mentions,
      [
        [0, 1],
        [2, 0],
        [3, 0],
        [0, 0],
      ],
      100,
      20,
    );
    expect(windows).toEqual([
      { start: 0, end: 20, pairs: [3] },
      { start: 5, end: 25, pairs: [0, 1, 2] },
    ]);
    expect(beyond).toEqual([]);
  });
});

test("no pairs, no windows; where nothing fits, nothing is placed", () => {
  expect(pairWindows([{ start: 0, end: 1 }], [], 10, 4)).toEqual({ windows: [], beyond: [] });
  expect(pairWindows([{ start: 0, end: 1 }], [[0, 0]], 10, 0)).toEqual({ windows: [], beyond: [0] });
});
