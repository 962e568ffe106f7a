import * as fc from "fast-check";
import { expect, test } from "vitest";
import { excerptOf, formatExcerpt } from "./excerpt.ts";

const shown = (text: string, ...spans: [number, number][]): string =>
  formatExcerpt(
    excerptOf(
      text,
      spans.map(([start, end]) => ({ start, end })),
    ),
  );
const long = (word: string): string => `${word} `.repeat(40);

test("the text around a span, cut on both sides", () => {
  expect(shown("Le colis part.", [3, 8])).toBe("Le [[colis]] part.");
  const text = `${long("avant")}colis ${long("après")}`;
  expect(shown(text, [240, 245])).toBe("…avant avant avant avant avant [[colis]] après après après après après…");
});

test("two spans in the order of the text: together, apart, overlapping, equal", () => {
  expect(shown("a bb ccc", [5, 8], [0, 1])).toBe("[[a]] bb [[ccc]]");
  const text = `colis ${long("loin")}lundi`;
  expect(shown(text, [0, 5], [206, 211])).toBe(
    "[[colis]] loin loin loin loin loin loin … loin loin loin loin loin loin [[lundi]]",
  );
  expect(shown("abcdef", [0, 4], [2, 6])).toBe("[[abcd]][[ef]]");
  expect(shown("abcdef", [0, 4], [0, 4])).toBe("[[abcd]]ef");
});

test("always one printable line; blanks within a mark are seen", () => {
  expect(shown("un\n\tdeux\u001B[31m\n\ntrois", [2, 8])).toBe("un[[⏎⇥deux]]\\u{1b}[31m trois");
  expect(shown("abc", [1, 1])).toBe("a[[]]bc");
  expect(shown("abc", [2, 99])).toBe("ab[[c]]");
  expect(shown("abc", [-5, 1])).toBe("[[a]]bc");
  expect(shown("abc", [7, 9])).toBe("abc[[]]");
});

test("any spans, also wrong ones, of any text", () => {
  const offset = fc.integer({ min: -20, max: 300 });
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", maxLength: 250 }),
      fc.array(fc.tuple(offset, offset), { maxLength: 3 }),
      (text, spans) => {
        const line = shown(text, ...spans);
        expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
        expect(line.length).toBeLessThan(250 * 12);
      },
    ),
  );
});
