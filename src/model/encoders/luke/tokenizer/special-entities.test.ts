import * as fc from "fast-check";
import { expect, test } from "vitest";
import { entityVocab, parseEntityVocab, specialEntities } from "./entity-vocab.ts";
import { parseIds } from "../../../../tokenization/tokenizers/bpe-files.ts";
import { scanIds } from "../../../../tokenization/tokenizers/scan-ids.ts";
import { parseSpecialEntities } from "./special-entities.ts";
import { isTypedEntityTitle } from "./typed-entities.ts";

const special: readonly string[] = Object.values(specialEntities);
const isKept = (name: string): boolean => special.includes(name) || isTypedEntityTitle(name);
const outcome = (make: () => unknown): unknown => {
  try {
    return make();
  } catch (error) {
    return String(error);
  }
};
/** The expected result of parseSpecialEntities: the vocabulary of the same entities out of all. */
const expected = (text: string): unknown =>
  outcome(() => {
    const { ids } = parseEntityVocab(text);
    return entityVocab(new Map([...ids].filter(([title]) => isKept(title))));
  });

const title = fc.oneof(
  fc.constantFrom(...special, "[TYPE:A]", '[TYPE:"é\\\n"]', "[TYPE:", "[x]", "__proto__", "1", ""),
  fc.string({ unit: "binary" }),
);
const escaped = (text: string): string =>
  JSON.stringify(text).replaceAll(/[^\x20-\x7e]|[[\]]/g, (unit) =>
    [...Array(unit.length).keys()]
      .map((i) => `\\u${unit.charCodeAt(i).toString(16).padStart(4, "0").toUpperCase()}`)
      .join(""),
  );
const space = fc.constantFrom("", " ", "\n  ", "\r\n\t");
const id = fc.oneof(fc.nat(), fc.constantFrom("0", "2147483647", "2147483648", "01", "-0", "-1", "1e3", "1.0", "null"));
const entry = fc
  .tuple(title, fc.constantFrom(JSON.stringify, escaped), space, id, space)
  .map(([name, write, before, value, after]) => `${before}${write(name)}${before}:${after}${value}${after}`);
const allSpecial = special.map((name, i) => `"${name}": ${i + 3}`);
const anyText = fc
  .tuple(fc.array(entry, { maxLength: 5 }), fc.boolean(), space)
  .map(([entries, isWhole, end]) => `${end}{${[...entries, ...(isWhole ? allSpecial : [])].join(",")}}${end}`);

test("parseSpecialEntities says what parsing all of the text says, also of what is wrong with it", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(outcome(() => parseSpecialEntities(text))).toEqual(expected(text));
    }),
    { numRuns: 500 },
  );
});

test("a text that is damaged anywhere is refused as it is when all of it is parsed", () => {
  const text = `{${allSpecial.join(", ")}, "Ana Ivanovi\\u0107 \\"\\\\": 10, "[TYPE:A]":11,"Leeds" : 12\n}\n`;
  expect([...parseSpecialEntities(text).ids.keys()].sort()).toEqual([...special, "[TYPE:A]"].sort());
  const units = ["", "x", '"', "\\", "{", "}", ",", ":", "0", "-", ".", "\n", "\0", "\u00a0"];
  fc.assert(
    fc.property(fc.nat(text.length), fc.nat(2), fc.constantFrom(...units), (at, length, unit) => {
      const damaged = text.slice(0, at) + unit + text.slice(at + length);
      expect(outcome(() => parseSpecialEntities(damaged))).toEqual(expected(damaged));
    }),
    { numRuns: 1000 },
  );
});

test("scanIds reads every plain vocabulary, and nothing that parseIds refuses", () => {
  const names = fc.uniqueArray(fc.string({ unit: "binary" }), { maxLength: 6 });
  const vocabulary = fc.tuple(names, fc.constantFrom(JSON.stringify, escaped), space);
  fc.assert(
    fc.property(vocabulary, ([names, write, blank]) => {
      const text = `{${names.map((name, i) => `${blank}${write(`[${name}`)}:${i}${blank}`).join(",")}}`;
      expect(scanIds(text, () => true)).toEqual(parseIds("entity_vocab.json", text));
    }),
  );
  for (const text of ["", "{", "[]", "{}x", '{"a":1,}', '{"a":1 "b":2}', "{'a':1}", '{"\\x":1}', '{"\\u00g0":1}'])
    expect(scanIds(text, () => true)).toBeUndefined();
});
