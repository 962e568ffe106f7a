import { expect, test } from "vitest";
import { listed, quote } from "./quote.ts";

test("quote keeps foreign text on one line and away from the terminal", () => {
  expect(quote('a "b"\n\u001b[31m\u202e\u009b')).toBe('"a \\"b\\"\\n\\u001b[31m\\u{202e}\\u{9b}"');
  expect(quote("abcdef", 3)).toBe('"abc…"');
  expect(quote("À 📦")).toBe('"À 📦"');
});

test("listed counts what it does not show", () => {
  expect(listed(["a", "b"])).toBe("a, b");
  expect(listed(["a", "b", "c"], 1)).toBe("a and 2 more");
});
