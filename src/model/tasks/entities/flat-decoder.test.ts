// A model that gives every token the tag that was learnt finds what was annotated, in any text, tokenizer and window.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { oddTexts } from "../../../../test/fixtures/odd-documents.ts";
import { tinyTokenizer } from "../../../../test/support/tiny-tokenizer.ts";
import { sentencePiece, tokenizers } from "../../../../test/support/word-encoders.ts";
import { checkSpan } from "../../../corpus/spans.ts";
import { charactersOf, isVisible, textTokens } from "../../../tokenization/inputs/text-tokens.ts";
import type { InputTokenizer } from "../../../tokenization/inputs/input-tokenizer.ts";
import { openWords } from "../../../tokenization/tokenizers/open-words.ts";
import { byText, encodeTexts } from "./encode.ts";
import { flatDecoder } from "./flat-decoder.ts";
import type { TypedSpan } from "./spans.ts";
import { grammarOf } from "./tags.ts";

const tiny = tinyTokenizer();
const grammar = grammarOf(["A", "B"]);
const decoder = flatDecoder(grammar);
const width = grammar.tags.length;

const inputTokenizers: readonly (readonly [string, InputTokenizer])[] = [
  ["luke", tiny],
  ...tokenizers.map(({ name, files }): [string, InputTokenizer] => {
    const all = files["tokenizer.json"] === undefined ? { ...files, ...sentencePiece } : files;
    const { entities, maxMentionLength, padding } = tiny;
    const words = openWords(all, "XLMRobertaTokenizer");
    return [name, { words, entities, maxMentionLength, padding, maxLength: 512 }];
  }),
];

/** The entities found by a model that is sure of every target. */
function findGold(tokenizer: InputTokenizer, text: string, gold: readonly TypedSpan[], maxLength: number): string[] {
  const { texts } = encodeTexts(tokenizer, [{ document: { text } }], maxLength, () => gold, decoder);
  const logits = texts.map(({ targets }) =>
    Float32Array.from({ length: targets!.length * width }, (_, i) =>
      targets![Math.floor(i / width)] === i % width ? 20 : 0,
    ),
  );
  const [one] = byText(texts, logits);
  if (!one) return [];
  return decoder.find(one.tokens, one.windows).found.map((span) => {
    checkSpan(text, { ...span, type: "" });
    expect(span.probability).toBeGreaterThan(0.9);
    return `${span.start}-${span.end} ${span.type}`;
  });
}

const words = [
  "東京都庁で",
  "山田",
  "เขาไปกรุงเทพ",
  "a",
  "I",
  "Zoé",
  "👩‍🏫",
  "e\u0301te\u0301",
  "l'avenant",
  "naïve",
  "don't",
  "ﬁn",
];
const blanks = [" ", "  ", "\r\n", "\n", "", "\t", "\u00a0", ", ", ". "];
const someText = fc
  .array(fc.tuple(fc.constantFrom(...words), fc.constantFrom(...blanks)), { minLength: 1, maxLength: 25 })
  .map((parts) => parts.flat().join(""));
const texts = fc.oneof(someText, fc.constantFrom(...Object.values(oddTexts).filter(({ length }) => length < 2000)));

const cases = fc.record({
  text: texts,
  cuts: fc.array(fc.nat(10_000), { minLength: 0, maxLength: 8 }),
  maxLength: fc.constantFrom(6, 9, 16, 64, 512),
});

describe.each(inputTokenizers)("%s", (_, tokenizer) => {
  test("entities at token boundaries are found as they are annotated", () => {
    fc.assert(
      fc.property(cases, ({ text, cuts, maxLength }) => {
        const tokens = textTokens(tokenizer.words, text);
        // Between any two places of a list there is an entity, so that some touch and some do not.
        const places = [...new Set(cuts.map((cut) => cut % (tokens.ids.length + 1)))]
          .filter((place) => tokens.isBoundary[place] !== 0)
          .sort((a, b) => a - b);
        const gold = places.slice(0, -1).flatMap((start, i): TypedSpan[] => {
          const span = charactersOf(tokens, { start, end: places[i + 1]! });
          return span && i % 3 !== 2 ? [{ ...span, type: i % 2 }] : [];
        });
        const found = findGold(tokenizer, text, gold, maxLength);
        expect(found).toEqual(gold.map(({ start, end, type }) => `${start}-${end} ${type}`));
      }),
      { numRuns: 150 },
    );
  });

  test("an entity that cuts tokens is found up to their boundaries, and no further", () => {
    fc.assert(
      fc.property(texts, fc.nat(1000), fc.nat(60), (text, from, length) => {
        const characters = Array.from(text);
        const first = from % characters.length;
        const start = characters.slice(0, first).join("").length;
        const end = characters.slice(0, first + 1 + (length % characters.length)).join("").length;
        const tokens = textTokens(tokenizer.words, text);
        const found = findGold(tokenizer, text, [{ start, end, type: 1 }], 512);
        const touched = [...tokens.ids.keys()].filter(
          (i) => isVisible(tokens, i) && tokens.starts[i]! < end && tokens.ends[i]! > start,
        );
        expect(found.length).toBe(Math.min(1, touched.length));
        if (touched.length === 0) return;
        // A token may hold the end of one character and the beginning of the next: both are in the span then.
        let [head, last] = [touched[0]!, touched.at(-1)!];
        while (tokens.isBoundary[head] === 0) head--;
        while (tokens.isBoundary[last + 1] === 0) last++;
        const held = [...tokens.ids.keys()].filter((i) => i >= head && i <= last && isVisible(tokens, i));
        const expected = {
          start: Math.min(...held.map((i) => tokens.starts[i]!)),
          end: Math.max(...held.map((i) => tokens.ends[i]!)),
        };
        expect(found).toEqual([`${expected.start}-${expected.end} 1`]);
      }),
      { numRuns: 150 },
    );
  });

  test("an entity of 200 tokens lies across windows, and one of a single character is found", () => {
    const text = `${"x ".repeat(300)}y`;
    const long = { start: 100, end: 499, type: 0 };
    const short = { start: 600, end: 601, type: 1 };
    for (const maxLength of [32, 128, 512])
      expect(findGold(tokenizer, text, [long, short], maxLength)).toEqual(["100-499 0", "600-601 1"]);
  });
});

test("a text of 5,000 words has an entity found in its last word", () => {
  const text = `${"Anna read it. ".repeat(1667)}Zoé`;
  const gold = { start: text.length - 3, end: text.length, type: 1 };
  expect(findGold(tiny, text, [gold], 64)).toEqual([`${gold.start}-${gold.end} 1`]);
});

test("what cannot be learnt is counted: cut tokens, spans without a token, and by flat tags what overlaps", () => {
  const text = "Je voudrais une attestation";
  const gold = [
    { start: 4, end: 11, type: 0 },
    { start: 12, end: 27, type: 0 },
    { start: 16, end: 27, type: 1 },
    { start: 2, end: 3, type: 1 },
  ];
  const cutter: InputTokenizer = inputTokenizers.find(([name]) => name === "bert")![1];
  const { alignment } = encodeTexts(cutter, [{ document: { text } }], 512, () => gold, decoder);
  expect(alignment).toMatchObject({ entities: 4, withoutTokens: 1, overlapping: 1 });
});
