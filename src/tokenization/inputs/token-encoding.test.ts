import * as fc from "fast-check";
import { expect, test } from "vitest";
import { tokenWindows } from "./token-encoding.ts";

test("every token is in the core of one window, which has the most context for it", () => {
  const sizes = fc.record({ length: fc.nat(400), limit: fc.integer({ min: 2, max: 40 }) });
  fc.assert(
    fc.property(sizes, ({ length, limit }) => {
      const windows = tokenWindows(length, limit);
      const cores = windows.flatMap(({ core: { start, end } }) =>
        Array.from({ length: end - start }, (_, i) => start + i),
      );
      expect(cores).toEqual(Array.from({ length }, (_, i) => i));
      const context = (token: number, { start, end }: { start: number; end: number }): number =>
        token < start || token >= end
          ? -1
          : Math.min(start === 0 ? Infinity : token - start, end === length ? Infinity : end - token - 1);
      for (const { window, core } of windows) {
        expect(window.end - window.start).toBeLessThanOrEqual(limit);
        for (let token = core.start; token < core.end; token++) {
          const most = Math.max(...windows.map((other) => context(token, other.window)));
          expect(context(token, window)).toBe(most);
        }
      }
    }),
    { numRuns: 300 },
  );
});
