import { describe, expect, test } from "vitest";
import {
  EmptySpanError,
  ReversedSpanError,
  SpanOutsideTextError,
  SurrogatePairError,
  WhiteSpaceSpanError,
} from "./errors.ts";
import { checkSpan, cutsWord, hasWhiteSpaceEdge } from "./spans.ts";

const text = "Le colis 📦 part lundi.";

describe("checkSpan", () => {
  test.each([
    [3, 8],
    [9, 11],
    [0, 23],
  ])("[%i, %i) is fine", (start, end) => {
    expect(() => checkSpan(text, { start, end, type: "OBJECT" })).not.toThrow();
  });

  test.each([
    [-1, 3, SpanOutsideTextError],
    [20, 24, SpanOutsideTextError],
    [30, 25, SpanOutsideTextError],
    [8, 3, ReversedSpanError],
    [3, 3, EmptySpanError],
    [9, 10, SurrogatePairError],
    [10, 16, SurrogatePairError],
    [11, 12, WhiteSpaceSpanError],
  ])("[%i, %i) is not", (start, end, error) => {
    expect(() => checkSpan(text, { start, end, type: "OBJECT" })).toThrow(error);
  });

  test("the message shows place, span, surface, length and type", () => {
    expect(() => checkSpan(text, { start: 17, end: 99, type: "TIME" }, { file: "a", line: 4 })).toThrow(
      'a:4: entity of type "TIME": span [17, 99) "lundi." lies outside the text, in a text of length 23',
    );
  });
});

test.each([
  ["Darchalop Pouet", 0, 6, true],
  ["Darchalop Pouet", 7, 15, true],
  ["Darchalop Pouet", 0, 9, false],
  ["l'été", 2, 5, false],
  ["e\u0301te\u0301", 0, 1, true],
  ["225kV", 0, 3, true],
  ["東京都", 0, 2, false],
  ["(mot)", 1, 4, false],
])("cutsWord(%j, [%i, %i))", (text, start, end, cut) => {
  expect(cutsWord(text, { start, end })).toBe(cut);
});

test("hasWhiteSpaceEdge", () => {
  expect(hasWhiteSpaceEdge("a b ", { start: 0, end: 3 })).toBe(false);
  expect(hasWhiteSpaceEdge("a b ", { start: 1, end: 3 })).toBe(true);
  expect(hasWhiteSpaceEdge("a b\u00a0", { start: 2, end: 4 })).toBe(true);
});
