import * as fc from "fast-check";
import { expect, test } from "vitest";
import { segmentStarts } from "./segments.ts";

const parts = fc.constantFrom(
  // Texts that end a sentence, and texts after it that undo the end.
  ..."Ana met Bob. |etc. |he| (|)|?!|...|3.50|M. |\r\n|\r|\n|\u2028|\u0085| |A|。|東京".split("|"),
  // Characters that join the previous or the next one.
  ..."👩‍👩‍👧|👍🏽|🏽|🇫🇷|🇫|e\u0301|\u0301|\u200d|\ud83d|\udc69|क्षि|각|ᄀ|ᆨ".split("|"),
);
const text = fc.array(parts, { maxLength: 60 }).map((all) => all.join(""));

test.each(["grapheme", "sentence"] as const)("%s: a text in windows is as in one", (granularity) => {
  const segmenter = new Intl.Segmenter("en", { granularity });
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 40 }), (text, window) => {
      const whole = Array.from(segmenter.segment(text), ({ index }) => index);
      expect(segmentStarts(text, granularity, window)).toEqual(whole);
    }),
    { numRuns: 2000 },
  );
});

test("a long text takes time in proportion to its length", () => {
  const text = "Il pleut à Liège, dit-elle. ".repeat(20_000);
  expect(segmentStarts(text, "sentence")).toHaveLength(20_000);
  expect(segmentStarts(text, "grapheme")).toHaveLength(text.length);
  // One sentence, which a window does not hold.
  expect(segmentStarts("and ".repeat(50_000), "sentence")).toEqual([0]);
}, 100_000);
