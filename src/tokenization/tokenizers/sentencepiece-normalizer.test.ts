import { expect, test } from "vitest";
import { parseCharsmap } from "./charsmap.ts";
import { normalize } from "./sentencepiece-normalizer.ts";

const rules = { addDummyPrefix: true, removeExtraWhitespaces: true };
const none = parseCharsmap("a.model", new Uint8Array());

test.each([
  ["", ""],
  ["   ", ""],
  ["a", "▁a"],
  ["  a   b  ", "▁a▁b"],
  ["a\tb", "▁a\tb"],
  ["a ▁", "▁a"],
  ["▁a▁ b▁▁", "▁▁a▁▁b"],
  ["▁", ""],
])("%j", (text, expected) => {
  expect(normalize(text, none, rules)).toBe(expected);
});

test("without one of the rules", () => {
  expect(normalize(" a  b ", none, { ...rules, removeExtraWhitespaces: false })).toBe("▁▁a▁▁b▁");
  expect(normalize(" a  b ", none, { ...rules, addDummyPrefix: false })).toBe("a▁b");
  expect(normalize("", none, { ...rules, removeExtraWhitespaces: false })).toBe("");
});

test("a replacement that begins or ends with blanks", () => {
  const parts = (text: string): string[] => Array.from(text, (c) => (c === "x" ? " y " : c === "0" ? "" : c));
  const spaced = { normalizedParts: parts, graphemeParts: parts };
  expect(normalize("x", spaced, rules)).toBe("▁y");
  expect(normalize("a xx0x b", spaced, rules)).toBe("▁a▁y▁y▁y▁b");
  expect(normalize("0", spaced, rules)).toBe("");
});
