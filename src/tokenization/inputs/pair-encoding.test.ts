import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tinyTokenizer } from "../../../test/support/tiny-tokenizer.ts";
import type { Span } from "../../corpus/document.ts";
import type { Encoding } from "./encoding.ts";
import { LukeTokenizer } from "../../model/encoders/luke/tokenizer/luke-tokenizer.ts";
import { encodePairs, type PairEncodingResult, type PairSpans } from "./pair-encoding.ts";
import { PairSpanError } from "./pair-span-error.ts";

const tokenizer = tinyTokenizer();
const { cls, sep, ent, ent2 } = tokenizer.words.specialTokenIds;
const decode = (ids: Iterable<number>): string => tokenizer.words.decode([...ids]);
const isMarker = (id: number): boolean => id === ent || id === ent2;

async function encode(text: string, head: Span, tail: Span, maxLength?: number): Promise<PairEncodingResult> {
  return (await encodePairs(tokenizer, text, [{ head, tail }], { maxLength }))[0]!;
}

function encodingOf(result: PairEncodingResult | undefined): Encoding {
  if (result === undefined || "unencodable" in result) throw new Error(JSON.stringify(result));
  return result.encoding;
}

const encoding = async (text: string, head: Span, tail: Span, maxLength?: number): Promise<Encoding> =>
  encodingOf(await encode(text, head, tail, maxLength));

const find = (text: string, surface: string): Span => ({
  start: text.indexOf(surface),
  end: text.indexOf(surface) + surface.length,
});

/** A text and two spans of it, of any kind: disjoint, touching, nested, identical, overlapping. */
const marked: fc.Arbitrary<PairSpans & { text: string }> = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        " ",
        "  ",
        "\n",
        "é",
        "e\u0301",
        "<ent>",
        "<ent2>",
        "<s>",
        "</s>",
        "'s",
        "日本",
        "👩‍🏫",
        "🙂",
        "\u00a0",
        "न",
        "ع",
      ),
      fc.string({ unit: "grapheme-ascii", maxLength: 6 }),
    ),
    { maxLength: 24 },
  )
  .map((parts) => parts.join(""))
  .filter((text) => text.length > 0)
  .chain((text) => {
    const characters = Array.from(text);
    const starts = characters.map((_, index) => characters.slice(0, index).join("").length);
    const span = fc
      .tuple(fc.nat(characters.length - 1), fc.nat(characters.length - 1))
      .map(([a, b]) => ({ start: starts[Math.min(a, b)]!, end: starts[Math.max(a, b) + 1] ?? text.length }));
    return fc
      .oneof(
        fc.tuple(span, span),
        span.map((same): [Span, Span] => [same, same]),
      )
      .map(([head, tail]) => ({ text, head, tail }));
  });

/** The text of the piece cut for a span: with the blank before it, without the blank at its end. */
function pieceOf(text: string, { start, end }: Span): string {
  const shift = (offset: number): number => (text[offset - 1] === " " ? offset - 1 : offset);
  return text.slice(shift(start), shift(end));
}

describe("any pair of spans", () => {
  test("its text stands between two markers of its own, in <s> and </s>", async () => {
    const property = async ({ text, head, tail }: PairSpans & { text: string }): Promise<void> => {
      const result = await encode(text, head, tail);
      const isBlank = pieceOf(text, head) === "" || pieceOf(text, tail) === "";
      expect("unencodable" in result && result.unencodable.kind).toBe(isBlank && "mention without tokens");
      fc.pre(!isBlank);
      const { inputIds, entityIds, entityPositionIds, pairs } = encodingOf(result);
      expect([inputIds[0], inputIds.at(-1)]).toEqual([cls, sep]);
      expect(inputIds.filter((id) => id === cls || id === sep)).toHaveLength(2);
      expect([...entityIds]).toEqual([2, 3]);
      expect(pairs).toEqual([[0, 1]]);
      expect(decode(inputIds.slice(1, -1).filter((id) => !isMarker(id)))).toBe(text);
      for (const [slot, [span, marker]] of (
        [
          [head, ent],
          [tail, ent2],
        ] as const
      ).entries()) {
        const places = [...inputIds.keys()].filter((at) => inputIds[at] === marker);
        expect(places).toHaveLength(2);
        const [open, close] = [places[0]!, places[1]!];
        expect(decode(inputIds.slice(open, close + 1).filter((id) => !isMarker(id)))).toBe(pieceOf(text, span));
        const run = Array.from({ length: close + 1 - open }, (_, i) => open + i);
        expect([...entityPositionIds[slot]!]).toEqual(run.slice(0, tokenizer.maxMentionLength));
      }
    };
    await fc.assert(fc.asyncProperty(marked, property), { numRuns: 400 });
  });

  test("markers of pairs that do not overlap nest, and those of nested ones too", async () => {
    const property = async ({ text, head, tail }: PairSpans & { text: string }): Promise<void> => {
      const crossing =
        head.start < tail.start
          ? tail.start < head.end && head.end < tail.end
          : head.start < tail.end && tail.end < head.end && tail.start < head.start;
      const result = await encode(text, head, tail);
      fc.pre(!crossing && "encoding" in result);
      const order = [...encodingOf(result).inputIds].filter(isMarker);
      expect([
        [ent, ent, ent2, ent2],
        [ent2, ent2, ent, ent],
        [ent, ent2, ent2, ent],
        [ent2, ent, ent, ent2],
      ]).toContainEqual(order);
    };
    await fc.assert(fc.asyncProperty(marked, property), { numRuns: 200 });
  });

  test("a window keeps the four markers and as many tokens as fit", async () => {
    const property = async ({
      text,
      head,
      tail,
      maxLength,
    }: PairSpans & { text: string; maxLength: number }): Promise<void> => {
      const [whole, cut] = [await encode(text, head, tail, 4096), await encode(text, head, tail, maxLength)];
      fc.pre("encoding" in whole);
      const ids = encodingOf(whole).inputIds;
      const places = [...ids.keys()].filter((at) => isMarker(ids[at]!));
      const extent = places.at(-1)! - places[0]! + 1;
      const isTooLong = extent > maxLength - 2 && ids.length > maxLength;
      expect("unencodable" in cut && cut.unencodable.kind).toBe(isTooLong && "mentions too far apart");
      expect("unencodable" in cut && !cut.unencodable.message.includes(`are ${extent} tokens apart`)).toBe(false);
      fc.pre(!isTooLong);
      const { inputIds, truncated, entityPositionIds } = encodingOf(cut);
      expect(truncated).toBe(ids.length > maxLength);
      expect(inputIds).toHaveLength(Math.min(ids.length, maxLength));
      expect([inputIds[0], inputIds.at(-1)]).toEqual([cls, sep]);
      expect([...inputIds].filter(isMarker)).toEqual([...ids].filter(isMarker));
      const first = inputIds.findIndex(isMarker);
      const start = places[0]! - first + 1;
      expect(inputIds.slice(1, -1)).toEqual(ids.slice(start, start + inputIds.length - 2));
      for (const [slot, positions] of entityPositionIds.entries()) {
        expect([...positions].map((at) => at + start - 1)).toEqual([...encodingOf(whole).entityPositionIds[slot]!]);
      }
    };
    const cases = fc
      .tuple(marked, fc.integer({ min: 8, max: 40 }))
      .map(([pair, maxLength]) => ({ ...pair, maxLength }));
    await fc.assert(fc.asyncProperty(cases, property), { numRuns: 400 });
  });
});

describe("named cases", () => {
  const text = "The teacher bought a house in Leeds.";
  const show = async (head: string, tail: string): Promise<string> => {
    const { inputIds } = await encoding(text, find(text, head), find(text, tail));
    return decode(inputIds.slice(1, -1));
  };

  test.each([
    ["teacher", "house", "The<ent> teacher<ent> bought a<ent2> house<ent2> in Leeds."],
    ["house", "teacher", "The<ent2> teacher<ent2> bought a<ent> house<ent> in Leeds."],
    ["The teacher ", "bought", "<ent>The teacher<ent><ent2> bought<ent2> a house in Leeds."],
    ["Lee", "ds", "The teacher bought a house in<ent> Lee<ent><ent2>ds<ent2>."],
    ["a house in Leeds", "a house", "The teacher bought<ent><ent2> a house<ent2> in Leeds<ent>."],
    ["a house", "a house in Leeds", "The teacher bought<ent2><ent> a house<ent> in Leeds<ent2>."],
    ["Leeds", "a house in Leeds", "The teacher bought<ent2> a house in<ent> Leeds<ent><ent2>."],
    ["a house in Leeds", "Leeds", "The teacher bought<ent> a house in<ent2> Leeds<ent2><ent>."],
    ["house", "house", "The teacher bought a<ent><ent2> house<ent2><ent> in Leeds."],
    [" house", "house ", "The teacher bought a<ent><ent2> house<ent2><ent> in Leeds."],
    ["a house", "house in", "The teacher bought<ent> a<ent2> house<ent> in<ent2> Leeds."],
    ["house in", "a house", "The teacher bought<ent2> a<ent> house<ent2> in<ent> Leeds."],
  ])("head %j, tail %j", async (head, tail, expected) => {
    expect(await show(head, tail)).toBe(expected);
  });

  test("a mention of one blank has no token of its own", async () => {
    expect(await encode(text, { start: 3, end: 4 }, find(text, "Leeds"))).toEqual({
      unencodable: { kind: "mention without tokens", message: expect.stringContaining("the head has no token") },
    });
  });

  test("a mention of 29 tokens and its markers is cut to 30 positions, and said to be", async () => {
    const long = `Leeds ${"z".repeat(29)}.`;
    const cut = await encoding(long, find(long, "Leeds"), { start: 6, end: 35 });
    expect(cut.mentionCut).toBe(true);
    expect(cut.truncated).toBe(false);
    expect(cut.entityPositionIds[1]).toHaveLength(30);
    const fits = await encoding(long, find(long, "Leeds"), { start: 8, end: 35 });
    expect(fits.mentionCut).toBe(false);
    expect(fits.entityPositionIds[1]).toHaveLength(29);
  });

  test("the tokenizer's own lengths hold where none is given", async () => {
    const short = new LukeTokenizer(tokenizer.words, tokenizer.entityVocab, { maxLength: 12, maxMentionLength: 2 });
    const pair = { head: find(text, "teacher"), tail: find(text, "bought") };
    const [result] = await encodePairs(short, text, [pair]);
    expect(result).toMatchObject({ encoding: { truncated: true, mentionCut: true } });
    expect(encodingOf(result).inputIds).toHaveLength(12);
    expect(encodingOf(result).entityPositionIds.map(({ length }) => length)).toEqual([2, 2]);
  });

  test("many pairs of one text are the pairs one by one, in their order", async () => {
    const spans = ["teacher", "a house", "house in Leeds", "Leeds", " "].map((surface) => find(text, surface));
    const pairs = spans.flatMap((head) => spans.map((tail) => ({ head, tail })));
    const alone = await Promise.all(pairs.map(({ head, tail }) => encode(text, head, tail)));
    expect(await encodePairs(tokenizer, text, pairs)).toEqual(alone);
    expect(await encodePairs(tokenizer, text, [])).toEqual([]);
  });

  test.each([
    ["empty", { start: 4, end: 4 }],
    ["reversed", { start: 11, end: 4 }],
    ["out of range", { start: -1, end: 4 }],
    ["out of range", { start: 4, end: 37 }],
    ["not whole numbers", { start: 0.5, end: 4 }],
    ["not whole numbers", { start: Number.NaN, end: 4 }],
  ])("%s spans are refused", async (problem, span) => {
    const good = find(text, "Leeds");
    const refused = encodePairs(tokenizer, text, [
      { head: good, tail: good },
      { head: good, tail: span },
    ]);
    await expect(refused).rejects.toThrow(PairSpanError);
    await expect(refused).rejects.toMatchObject({ problem, span, exitCode: 65 });
    await expect(refused).rejects.toThrow(`the tail of pair 1 [${span.start}, ${span.end})`);
  });

  test("spans that cut an emoji in two are refused", async () => {
    const emoji = "Ana 🙂 Leeds";
    const good = find(emoji, "Leeds");
    await expect(encode(emoji, { start: 4, end: 5 }, good)).rejects.toMatchObject({ problem: "splits a character" });
    await expect(encode(emoji, { start: 5, end: 6 }, good)).rejects.toMatchObject({ problem: "splits a character" });
    expect(decode((await encoding(emoji, { start: 4, end: 6 }, good)).inputIds)).toBe(
      "<s>Ana<ent> 🙂<ent><ent2> Leeds<ent2></s>",
    );
  });
});
