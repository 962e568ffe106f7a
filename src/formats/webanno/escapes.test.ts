import * as fc from "fast-check";
import { expect, test } from "vitest";
import { escapeText, escapeValue, splitEscaped, splitId, unescapeText, unescapeValue } from "./escapes.ts";

test("escapes come back, and separators are found between them only", () => {
  const text = fc.string({
    unit: fc.constantFrom("a", "\\", "[", "]", "|", "_", "->", ";", "\t", "\n", "*", "t", "n", "2"),
  });
  fc.assert(
    fc.property(text, text, fc.nat(), (a, b, id) => {
      expect(unescapeValue(escapeValue(a))).toBe(a);
      expect(unescapeText(escapeText(`${a}\r\u0001\f`))).toBe(`${a}\r\u0001\f`);
      const joined = `${escapeValue(a)}|${escapeValue(b)}[${id}]`;
      const [first, second] = splitEscaped(joined, "|");
      expect([splitId(first!), splitId(second!)]).toEqual([
        { value: escapeValue(a), id: "0" },
        { value: escapeValue(b), id: String(id) },
      ]);
    }),
  );
});
