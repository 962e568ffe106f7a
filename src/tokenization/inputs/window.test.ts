import * as fc from "fast-check";
import { expect, test } from "vitest";
import { windowAround } from "./window.ts";

test.each([
  ["all of a text that fits", { start: 2, end: 4 }, 10, 10, { start: 0, end: 10 }],
  ["as much on both sides", { start: 8, end: 12 }, 20, 10, { start: 5, end: 15 }],
  ["what the left does not need goes right", { start: 1, end: 5 }, 20, 10, { start: 0, end: 10 }],
  ["what the right does not need goes left", { start: 15, end: 19 }, 20, 10, { start: 10, end: 20 }],
  ["the core alone", { start: 5, end: 15 }, 20, 10, { start: 5, end: 15 }],
  ["nothing where the core does not fit", { start: 5, end: 16 }, 20, 10, undefined],
])("keeps %s", (_, core, length, limit, expected) => {
  expect(windowAround(core, length, limit)).toEqual(expected);
});

test("a window is full, inside the text, around the core and as central as it can be", () => {
  const cases = fc.tuple(fc.nat(30), fc.nat(20), fc.nat(30), fc.nat(60));
  fc.assert(
    fc.property(cases, ([before, inside, after, limit]) => {
      const length = before + inside + after;
      const window = windowAround({ start: before, end: before + inside }, length, limit);
      expect(window === undefined).toBe(length > limit && inside > limit);
      if (window === undefined) return;
      expect(window.end - window.start).toBe(Math.min(length, limit));
      const [left, right] = [before - window.start, window.end - before - inside];
      expect(left).toBeGreaterThanOrEqual(0);
      expect(right).toBeGreaterThanOrEqual(0);
      expect(left).toBeLessThanOrEqual(before);
      expect(right).toBeLessThanOrEqual(after);
      expect(left >= right - 1 || left === before).toBe(true);
      expect(right >= left || right === after).toBe(true);
    }),
  );
});
