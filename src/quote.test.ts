import { expect, test } from "vitest";
import { listed, printableLines, quote } from "./quote.ts";

test("quote keeps foreign text on one line and away from the terminal", () => {
  expect(quote('a "b"\n\u001b[31m\u202e\u009b')).toBe('"a \\"b\\"\\n\\u001b[31m\\u{202e}\\u{9b}"');
  expect(quote("abcdef", 3)).toBe('"abc…"');
  expect(quote("À 📦")).toBe('"À 📦"');
});

test("listed counts what it does not show", () => {
  expect(listed(["a", "b"])).toBe("a, b");
  expect(listed(["a", "b", "c"], 1)).toBe("a and 2 more");
});

test("lines for people keep their ends, tabs, emoji and letters, and nothing that drives a terminal", () => {
  expect(printableLines("a\tb\nc\u001b[31m\r\u0007\u009b2J\u202ed\u2028e")).toBe(
    "a\tb\nc\\u{1b}[31m\\u{d}\\u{7}\\u{9b}2J\\u{202e}d\\u{2028}e",
  );
  expect(printableLines("👩‍🚀 שלום \u200fد\u200cر")).toBe("👩‍🚀 שלום \u200fد\u200cر");
});
