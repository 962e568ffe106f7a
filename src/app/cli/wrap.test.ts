import * as fc from "fast-check";
import { expect, test } from "vitest";
import { wrap } from "./wrap.ts";

test("what goes on is set in by two blanks more than its line", () => {
  expect(wrap("  one two three four\nfive", 12)).toBe("  one two\n    three\n    four\nfive");
});

test("a word wider than the line stays whole, a table that fits stays as it is", () => {
  expect(wrap("at /a/very/long/path.jsonlines:12", 12)).toBe("at\n  /a/very/long/path.jsonlines:12");
  expect(wrap("a   1\nbb  2", 5)).toBe("a   1\nbb  2");
});

test("no word is lost, and no line is too wide if its words are not", () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(words, fc.integer({ min: 10, max: 40 }), (words, width) => {
      const lines = wrap(words.join(" "), width).split("\n");
      expect(lines.flatMap((line) => line.trim().split(" "))).toEqual(words);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
    }),
  );
});
