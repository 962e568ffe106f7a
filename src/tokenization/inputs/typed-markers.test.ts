import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tinyMlukeTokenizer, tinyTokenizer } from "../../../test/support/tiny-tokenizer.ts";
import type { Encoding } from "./encoding.ts";
import { encodePairs, type PairEncodingOptions } from "./pair-encoding.ts";
import { showTypes, type TypedSpan, typeMark, typeWords } from "./typed-markers.ts";

test.each([
  ["SUBJ", "subj"],
  ["DO_WHAT", "do what"],
  ["DocumentType", "document type"],
  ["document-type", "document type"],
  ["HTTPServer", "http server"],
  ["B-PER", "b per"],
  ["per:city_of_birth", "per city of birth"],
  ["Type2Name", "type2 name"],
  ["ÉvénementClé", "événement clé"],
  ["人物", "人物"],
  ["<ent>", "ent"],
  ["  a\tb  ", "a b"],
  ["???", ""],
  ["", ""],
])("the words of the type %s are %s", (type, words) => {
  expect(typeWords(type)).toBe(words);
  expect(typeMark(type)).toBe(words && `* ${words} * `);
});

test("a type that is absent has no mark", () => {
  expect(typeMark(undefined)).toBe("");
});

/** Mentions of a text between brackets of their own, the types inside: `[`, `]` for the head, `{`, `}` for the tail. */
function shown(text: string, head: TypedSpan, tail: TypedSpan): string {
  const result = showTypes(text, head, tail);
  const signs = [
    { at: result.head.start, sign: "[", order: 3 - (result.head.end - result.head.start) / 1000 },
    { at: result.head.end, sign: "]", order: (result.head.end - result.head.start) / 1000 },
    { at: result.tail.start, sign: "{", order: 3.0005 - (result.tail.end - result.tail.start) / 1000 },
    { at: result.tail.end, sign: "}", order: (result.tail.end - result.tail.start) / 1000 - 0.0005 },
  ].sort((a, b) => a.at - b.at || a.order - b.order);
  let [written, read] = ["", 0];
  for (const { at, sign } of signs) {
    written += result.text.slice(read, at) + sign;
    read = at;
  }
  return written + result.text.slice(read);
}

const at = (start: number, end: number, type?: string): TypedSpan => ({ start, end, type });

describe("the types stand inside the markers of their mentions", () => {
  const text = "Anna Ash wrote it";
  test.each([
    ["disjoint", at(0, 8, "SUBJ"), at(9, 14, "VERB"), "[* subj * Anna Ash] {* verb * wrote} it"],
    ["the tail first", at(9, 14, "VERB"), at(0, 8, "SUBJ"), "{* subj * Anna Ash} [* verb * wrote] it"],
    ["only one has a type", at(0, 8), at(9, 14, "VERB"), "[Anna Ash] {* verb * wrote} it"],
    ["none has a type", at(0, 8, ""), at(9, 14, "?"), "[Anna Ash] {wrote} it"],
    ["touching", at(0, 5, "A"), at(5, 8, "B"), "[* a * Anna ]{* b * Ash} wrote it"],
    ["nested, one start", at(0, 8, "A"), at(0, 4, "B"), "[* a * {* b * Anna} Ash] wrote it"],
    ["nested the other way", at(0, 4, "A"), at(0, 8, "B"), "{* b * [* a * Anna] Ash} wrote it"],
    ["nested, one end", at(5, 8, "A"), at(0, 8, "B"), "{* b * Anna [* a * Ash]} wrote it"],
    ["overlapping", at(0, 8, "A"), at(5, 14, "B"), "[* a * Anna {* b * Ash] wrote} it"],
    ["the same", at(0, 4, "A"), at(0, 4, "B"), "[* a * {* b * Anna}] Ash wrote it"],
    ["beginning with a blank", at(4, 8, "A"), at(8, 14, "B"), "Anna[ * a * Ash]{ * b * wrote} it"],
    ["a blank at one start", at(4, 14, "A"), at(5, 8, "B"), "Anna[ * a * {* b * Ash} wrote] it"],
  ])("%s", (_, head, tail, expected) => {
    expect(shown(text, head, tail)).toBe(expected);
  });

  test("of any two spans", () => {
    const span = fc
      .tuple(fc.nat(16), fc.integer({ min: 1, max: 9 }), fc.constantFrom("", "A", "LONG_TYPE"))
      .map(([start, length, type]) => at(start, Math.min(text.length, start + length), type));
    fc.assert(
      fc.property(span, span, (head, tail) => {
        const result = showTypes(text, head, tail);
        for (const [own, { start, end }] of [
          [head, result.head],
          [tail, result.tail],
        ] as const) {
          const inside = result.text.slice(start, end);
          expect(inside).toContain(typeMark(own.type).trim());
          expect(inside.replaceAll(/\* [a-z ]+ \* /g, "")).toBe(text.slice(own.start, own.end));
        }
        expect(result.text.replaceAll(/\* [a-z ]+ \* /g, "")).toBe(text);
      }),
    );
  });
});

describe.each([
  ["LUKE", tinyTokenizer()],
  ["mLUKE", tinyMlukeTokenizer()],
])("%s", (_, tokenizer) => {
  const { ent, ent2 } = tokenizer.words.specialTokenIds;
  async function encoding(
    text: string,
    head: TypedSpan,
    tail: TypedSpan,
    options: PairEncodingOptions = { markers: "typed" },
  ): Promise<Encoding> {
    const [result] = await encodePairs(tokenizer, text, [{ head, tail }], options);
    if (!result || "unencodable" in result) throw new Error(JSON.stringify(result));
    return result.encoding;
  }

  test("reads what it reads of the text with the types written in it", async () => {
    const written = "* subj * Anna * verb * wrote the letter";
    const typed = await encoding("Anna wrote the letter", at(0, 4, "SUBJ"), at(5, 10, "VERB"));
    expect(typed).toEqual(await encoding(written, at(0, 13), at(14, 28), {}));
    const ids = [...typed.inputIds];
    expect(ids.filter((id) => id === ent || id === ent2)).toEqual([ent, ent, ent2, ent2]);
    expect([...typed.entityPositionIds[0]!]).toEqual(
      Array.from({ length: ids.lastIndexOf(ent) - ids.indexOf(ent) + 1 }, (__, i) => ids.indexOf(ent) + i),
    );
  });

  test("a type or its absence changes the ids; plain markers see neither", async () => {
    const of = async (type: string | undefined, markers: "plain" | "typed"): Promise<string> =>
      [...(await encoding("Anna wrote", at(0, 4, type), at(5, 10), { markers })).inputIds].join(" ");
    const plain = await of(undefined, "plain");
    expect([await of("A", "plain"), await of("", "typed"), await of("??", "typed")]).toEqual([plain, plain, plain]);
    expect(new Set([await of("A", "typed"), await of("B", "typed"), plain]).size).toBe(3);
  });

  test("a mention without a token is refused, whatever its type", async () => {
    const [result] = await encodePairs(tokenizer, "Anna wrote", [{ head: at(4, 5, "A"), tail: at(5, 10, "B") }], {
      markers: "typed",
    });
    expect(result).toMatchObject({ unencodable: { kind: "mention without tokens" } });
  });

  test("of a long text a window around the pair is kept, types included", async () => {
    const text = `${"one two three ".repeat(40)}Anna wrote ${"four five six ".repeat(40)}`;
    const start = text.indexOf("Anna");
    const head = at(start, start + 4, "SUBJ");
    const tail = at(start + 5, start + 10, "VERB");
    const { inputIds, truncated } = await encoding(text, head, tail, { markers: "typed", maxLength: 64 });
    const ids = [...inputIds];
    expect([ids.length, truncated]).toEqual([64, true]);
    const [before, after] = [ids.indexOf(ent), ids.length - 1 - ids.lastIndexOf(ent2)];
    expect(Math.abs(before - after)).toBeLessThanOrEqual(1);
    const pair = tokenizer.words.decode(ids.slice(ids.indexOf(ent), ids.lastIndexOf(ent2) + 1));
    // The small vocabulary of mLUKE has no asterisk.
    expect(pair.replaceAll("<unk>", "*")).toMatch(/\* subj \* Anna.*\* verb \* wrote/);
  });
});
