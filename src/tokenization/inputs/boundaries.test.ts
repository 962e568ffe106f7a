import { expect, test } from "vitest";
import { cutAtBoundaries } from "./boundaries.ts";

const cut = (text: string, ...spans: [number, number][]): string[] => [
  ...cutAtBoundaries(
    text,
    spans.map(([start, end]) => ({ start, end })),
  ).pieces,
];

test("the worked example of luke.md 7", () => {
  const text = "Je voudrais une attestation de paiement pour 2022.";
  const { pieces, piecesBefore } = cutAtBoundaries(text, [
    { start: 0, end: 2 },
    { start: 3, end: 11 },
  ]);
  expect(pieces).toEqual(["Je", " voudrais", " une attestation de paiement pour 2022."]);
  expect([...piecesBefore]).toEqual([
    [0, 0],
    [2, 1],
    [3, 1],
    [11, 2],
  ]);
});

test("one U+0020 before a boundary moves on, and no other blank", () => {
  expect(cut("a b c", [2, 3])).toEqual(["a", " b", " c"]);
  expect(cut("a b c", [1, 4])).toEqual(["a", " b", " c"]);
  expect(cut("a   b", [4, 5])).toEqual(["a  ", " b"]);
  expect(cut("a\u00a0b\tc", [2, 3], [4, 5])).toEqual(["a\u00a0", "b", "\t", "c"]);
  expect(cut(" a", [0, 2])).toEqual([" a"]);
  expect(cut(" a", [1, 2])).toEqual([" a"]);
});

test("no spans, no cut; no text, no piece", () => {
  expect(cut("a b")).toEqual(["a b"]);
  expect(cut("")).toEqual([]);
});
