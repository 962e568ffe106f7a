import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tinyTokenizer } from "../../../test/support/tiny-tokenizer.ts";
import { candidatePairs } from "../../corpus/pairs.ts";
import { type DocumentEncoding, encodeDocument, type TypedSpan } from "./document-encoding.ts";
import { LukeTokenizer } from "../../model/encoders/luke/tokenizer/luke-tokenizer.ts";
import type { TokenSpan } from "./markers.ts";
import { encodeMentions } from "./mention-tokens.ts";
import { PairSpanError } from "./pair-span-error.ts";
import { encodeSpans } from "./span-encoding.ts";
import { typedEntityId } from "../../model/encoders/luke/tokenizer/typed-entities.ts";

type Pairs = (readonly [head: number, tail: number])[];

const tokenizer = tinyTokenizer();
const { cls, sep } = tokenizer.words.specialTokenIds;
const { mask } = tokenizer.entityVocab.specialEntityIds;
const decode = (ids: Iterable<number>): string => tokenizer.words.decode([...ids]);

/** The words `[first, last]` of a text of words with one blank between them, as a mention. */
function mention(words: readonly string[], first: number, last = first, type = ""): TypedSpan {
  const start = words.slice(0, first).reduce((sum, word) => sum + word.length + 1, 0);
  return { start, end: start + words.slice(first, last + 1).join(" ").length, type };
}

const indexes = (length: number): number[] => Array.from({ length }, (_, i) => i);

/** Checks that every pair is in one window or reported, its head and tail in the slots of their own tokens. */
function expectAllPairs(text: string, spans: readonly TypedSpan[], pairs: Pairs, result: DocumentEncoding): void {
  const { windows, unencodable } = result;
  const seen = [...windows.flatMap((window) => window.pairs), ...unencodable.map(({ pair }) => pair)];
  expect(seen.sort((a, b) => a - b)).toEqual(indexes(pairs.length));
  for (const { encoding, pairs: inWindow } of windows) {
    expect(encoding.pairs).toHaveLength(inWindow.length);
    expect(encoding.entityPositionIds).toHaveLength(encoding.entityIds.length);
    for (const [i, slots] of encoding.pairs.entries()) {
      for (const [side, slot] of slots.entries()) {
        const { start, end } = spans[pairs[inWindow[i]!]![side]!]!;
        const tokens = [...encoding.entityPositionIds[slot]!].map((position) => encoding.inputIds[position]!);
        // A long mention is cut at a token, which may be one of the bytes of a character.
        const shown = decode(tokens)
          .trim()
          .replace(/\uFFFD+$/, "");
        expect(text.slice(start, end).startsWith(shown)).toBe(true);
        if (tokens.length < tokenizer.maxMentionLength) expect(decode(tokens).trim()).toBe(text.slice(start, end));
      }
    }
  }
}

const word = fc.constantFrom("Ana", "bought", "Leeds", "l’été", "harbour", "9", "Größe", "🙂", "attestation");

/** Words, mentions of them of any kind (nested, overlapping, identical), and some of their pairs. */
const documents = fc.array(word, { minLength: 1, maxLength: 40 }).chain((words) => {
  const place = fc.nat(words.length - 1);
  const spans = fc
    .tuple(
      place,
      fc.oneof({ weight: 4, arbitrary: fc.nat(2) }, { weight: 1, arbitrary: place }),
      fc.constantFrom("", "A", "B"),
    )
    .map(([first, more, type]) => mention(words, first, Math.min(words.length - 1, first + more), type));
  return fc
    .array(spans, { minLength: 1, maxLength: 9 })
    .chain((spans) =>
      fc.subarray(candidatePairs(spans.length)).map((pairs) => ({ words, spans, pairs, text: words.join(" ") })),
    );
});

test("a text that fits, without types that are known, is what encodeSpans gives", async () => {
  await fc.assert(
    fc.asyncProperty(documents, async ({ text, spans, pairs }) => {
      const { windows, unencodable } = await encodeDocument(tokenizer, text, spans, pairs);
      const expected = await encodeSpans(tokenizer, text, spans);
      if ("unencodable" in expected) throw new Error(expected.unencodable.message);
      const { inputIds, entityIds, entityPositionIds, mentionCut, truncated } = expected.encoding;
      const encoding = { inputIds, entityIds, entityPositionIds, mentionCut, truncated, pairs };
      expect(windows).toEqual(pairs.length === 0 ? [] : [{ encoding, pairs: indexes(pairs.length) }]);
      expect(unencodable).toEqual([]);
    }),
  );
});

test("every pair is encoded once or told, whatever the length; windows hold every mention that lies in them", async () => {
  const whole = new LukeTokenizer(tokenizer.words, tokenizer.entityVocab, { maxMentionLength: 1000 });
  const typed = whole.withTypes(["A", "B"]);
  await fc.assert(
    fc.asyncProperty(documents, fc.integer({ min: 3, max: 70 }), async ({ text, spans, pairs }, maxLength) => {
      const result = await encodeDocument(tokenizer, text, spans, pairs, { maxLength });
      expectAllPairs(text, spans, pairs, result);

      const [all] = encodeMentions(tokenizer.words, text, [spans]);
      const { tokens, mentions } = all!;
      const lengthOf = (pair: number): number => {
        const [a, b] = pairs[pair]!.map((entity) => mentions[entity]!);
        return Math.max(a!.end, b!.end) - Math.min(a!.start, b!.start);
      };
      expect(result.unencodable.map(({ pair }) => pair)).toEqual(
        indexes(pairs.length).filter((pair) => lengthOf(pair) > maxLength - 2),
      );
      const { windows } = await encodeDocument(typed, text, spans, pairs, { maxLength });
      for (const { encoding, pairs: inWindow } of windows) {
        const { inputIds, entityPositionIds } = encoding;
        expect(inputIds).toHaveLength(Math.min(maxLength, tokens.length + 2));
        expect([inputIds[0], inputIds.at(-1)]).toEqual([cls, sep]);
        expect(encoding.truncated).toBe(inputIds.length < tokens.length + 2);
        // Any mention in the window gives the place where the window begins.
        const [slot] = encoding.pairs[0]!;
        const start = mentions[pairs[inWindow[0]!]![0]]!.start - entityPositionIds[slot]![0]! + 1;
        const end = start + inputIds.length - 2;
        expect(Array.from(inputIds.slice(1, -1))).toEqual(tokens.slice(start, end));
        const isInside = (one: TokenSpan): boolean => start <= one.start && one.end <= end;
        const inside = mentions.filter(isInside);
        const types = spans.filter((_, i) => isInside(mentions[i]!)).map(({ type }) => type);
        expect([...encoding.entityIds]).toEqual(types.map((type) => typedEntityId(typed.entityVocab, type)));
        expect(entityPositionIds).toEqual(
          inside.map((one) => Int32Array.from({ length: one.end - one.start }, (_, i) => one.start - start + 1 + i)),
        );
      }
    }),
  );
});

describe("types", () => {
  const words = ["Ana", "bought", "Leeds", "today"];
  const spans = [
    mention(words, 0, 0, "PERSON"),
    mention(words, 2, 2, "PLACE"),
    mention(words, 3, 3, ""),
    mention(words, 1, 1, "stranger"),
  ];
  const text = words.join(" ");

  test("each mention is the entity of its type, in its own order; [MASK] where there is none", async () => {
    const typed = tokenizer.withTypes(["PLACE", "PERSON"]);
    const place = tokenizer.entityVocab.size;
    const { windows } = await encodeDocument(typed, text, spans, [
      [2, 1],
      [0, 1],
    ]);
    expect([...windows[0]!.encoding.entityIds]).toEqual([place + 1, place, mask, mask]);
    expect(windows[0]!.encoding.pairs).toEqual([
      [2, 1],
      [0, 1],
    ]);
  });

  test("change nothing else, and nothing at all where the vocabulary has none", async () => {
    const typed = tokenizer.withTypes(["PLACE", "PERSON"]);
    const [known, unknown] = await Promise.all(
      [typed, tokenizer].map((one) => encodeDocument(one, text, spans, candidatePairs(4))),
    );
    const untyped = spans.map((span) => ({ ...span, type: "" }));
    expect(unknown).toEqual(await encodeDocument(tokenizer, text, untyped, candidatePairs(4)));
    const { entityIds } = unknown!.windows[0]!.encoding;
    expect({ ...known!.windows[0]!.encoding, entityIds }).toEqual(unknown!.windows[0]!.encoding);
  });
});

describe("many, few and odd mentions", () => {
  test("300 in one text: 89 700 pairs in one window, and in many", async () => {
    const words = indexes(300).map((i) => ["Ana", "bought", "Leeds"][i % 3]!);
    const spans = words.map((_, i) => mention(words, i));
    const pairs = candidatePairs(300);
    const all = await encodeDocument(tokenizer, words.join(" "), spans, pairs, { maxLength: 10_000 });
    expect(all.windows).toHaveLength(1);
    expect(all.windows[0]!.encoding.pairs).toEqual(pairs);
    expect(all.windows[0]!.encoding.entityIds).toHaveLength(300);

    const cut = await encodeDocument(tokenizer, words.join(" "), spans, pairs, { maxLength: 64 });
    const seen = new Uint8Array(pairs.length);
    for (const { pairs: inWindow } of cut.windows) for (const pair of inWindow) seen[pair]!++;
    for (const { pair } of cut.unencodable) seen[pair]!++;
    expect(seen.every((count) => count === 1)).toBe(true);
    expect(cut.windows.length).toBeGreaterThan(10);
    expect(cut.unencodable.length).toBeGreaterThan(1000);
  });

  test.each([
    ["none", []],
    ["one", [mention(["Ana", "slept"], 0)]],
  ])("%s: no pairs, no windows", async (_, spans) => {
    expect(await encodeDocument(tokenizer, "Ana slept", spans, candidatePairs(spans.length))).toEqual({
      windows: [],
      unencodable: [],
      mentionCut: [],
    });
  });

  test("all the same span, nested and overlapping ones each have a slot of their own", async () => {
    const words = ["the", "Bank", "of", "Leeds"];
    const spans = [
      mention(words, 1, 3),
      mention(words, 1, 3),
      mention(words, 3),
      mention(words, 0, 1),
      mention(words, 1, 3),
    ];
    const result = await encodeDocument(tokenizer, words.join(" "), spans, candidatePairs(5));
    expectAllPairs(words.join(" "), spans, candidatePairs(5), result);
    const [first, second, , , fifth] = result.windows[0]!.encoding.entityPositionIds;
    expect(second).toEqual(first);
    expect(fifth).toEqual(first);
  });

  test("one longer than a window: its pairs are told, all others are scored", async () => {
    const words = ["Ana", ..."far ".repeat(30).trim().split(" "), "Leeds", "Bo"];
    const spans = [mention(words, 0), mention(words, 1, 30), mention(words, 31), mention(words, 32)];
    const pairs = candidatePairs(4);
    const { windows, unencodable } = await encodeDocument(tokenizer, words.join(" "), spans, pairs, { maxLength: 16 });
    expect(windows.flatMap((window) => window.pairs.map((pair) => pairs[pair]))).toEqual([
      [2, 3],
      [3, 2],
    ]);
    expect(unencodable).toHaveLength(10);
    expect(unencodable[0]!.unencodable).toEqual({
      kind: "mentions too far apart",
      message: expect.stringMatching(/^the two mentions are \d+ tokens apart.*and 14 fit/),
    });
  });

  test("one without a token: its pairs are told, all others are scored, and it is no entity", async () => {
    const text = "Ana   bought Leeds";
    const spans = [
      { start: 0, end: 3, type: "" },
      { start: 3, end: 4, type: "" },
      { start: 13, end: 18, type: "" },
    ];
    const pairs = candidatePairs(3);
    const { windows, unencodable } = await encodeDocument(tokenizer, text, spans, pairs);
    expect(windows).toHaveLength(1);
    expect(windows[0]!.pairs.map((pair) => pairs[pair])).toEqual([
      [0, 2],
      [2, 0],
    ]);
    expect(windows[0]!.encoding.pairs).toEqual([
      [0, 1],
      [1, 0],
    ]);
    expect(windows[0]!.encoding.entityIds).toHaveLength(2);
    expect(unencodable.map(({ pair }) => pairs[pair])).toEqual([
      [0, 1],
      [1, 0],
      [1, 2],
      [2, 1],
    ]);
    expect(unencodable[0]!.unencodable).toMatchObject({
      kind: "mention without tokens",
      message: expect.stringContaining("entity 1 has no token"),
    });
  });

  test("one with more tokens than count for its position: its own pairs say so, and it is cut", async () => {
    const words = ["Ana", "z".repeat(60), "Leeds"];
    const spans = words.map((_, i) => mention(words, i));
    const pairs = candidatePairs(3);
    const { windows, mentionCut } = await encodeDocument(tokenizer, words.join(" "), spans, pairs);
    expect(windows[0]!.encoding.entityPositionIds[1]).toHaveLength(tokenizer.maxMentionLength);
    expect(windows[0]!.encoding.mentionCut).toBe(true);
    expect(mentionCut).toEqual(pairs.map((pair) => pair.includes(1)));
  });
});

test.each([
  [{ start: 4, end: 4 }, "empty"],
  [{ start: 0, end: 10 }, "out of range"],
  [{ start: 3, end: 1 }, "reversed"],
])("a span that is no part of the text is an error, though no pair has it: %j", async (span, problem) => {
  const spans = [
    { start: 0, end: 3, type: "" },
    { ...span, type: "" },
  ];
  const encode = encodeDocument(tokenizer, "Ana slept", spans, []);
  await expect(encode).rejects.toThrow(PairSpanError);
  await expect(encode).rejects.toThrow(`cannot encode entity 1 [${span.start}, ${span.end}): ${problem}`);
});
