import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Unigram, unknown } from "./unigram.ts";

const pieces = [
  { piece: "a", score: -2 },
  { piece: "b", score: -2.5 },
  { piece: "ab", score: -3 },
  { piece: "aba", score: -4.5 },
  { piece: "ba", score: -3.25 },
  { piece: "😀", score: -5 },
];
const unigram = new Unigram(new Map(pieces.entries()));

/** The best score of all segmentations; a character that is no piece may be unknown, 10 below the lowest score. */
function bestSum(text: string): number {
  if (text === "") return 0;
  const [first] = Array.from(text);
  const isKnown = pieces.some(({ piece }) => piece === first);
  const sums = pieces
    .filter(({ piece }) => text.startsWith(piece))
    .map(({ piece, score }) => score + bestSum(text.slice(piece.length)));
  return Math.max(...sums, isKnown ? -Infinity : -15 + bestSum(text.slice(first!.length)));
}

test("the pieces are the text, and no others have a greater sum", () => {
  const texts = fc
    .array(fc.constantFrom("a", "b", "ab", "c", "😀", "é"), { maxLength: 7 })
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(texts, (text) => {
      const runs = text.replaceAll(/[cé]+/g, "?");
      const indexes = unigram.segment(text);
      expect(indexes.map((index) => (index === unknown ? "?" : pieces[index]!.piece)).join("")).toBe(runs);
      const unknowns = Array.from(text).filter((c) => c === "c" || c === "é").length;
      const known = indexes.filter((index) => index !== unknown).map((index) => pieces[index]!.score);
      expect(known.reduce((sum, score) => sum + score, -15 * unknowns)).toBeCloseTo(bestSum(text), 10);
    }),
  );
});

test("characters in no piece are one unknown, as long as they follow each other", () => {
  expect(unigram.segment("cc𝔘a\ud83dc")).toEqual([unknown, 0, unknown]);
});

test("of two segmentations that are equally good, the one found first", () => {
  const tied = new Unigram(
    new Map([
      [0, { piece: "x", score: -1 }],
      [1, { piece: "xx", score: -2 }],
    ]),
  );
  expect(tied.segment("xxx")).toEqual([0, 1]);
});
