// A model that is sure of every target finds what was annotated, nested and overlapping, in any text, tokenizer and window.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { oddTexts } from "../../../../test/fixtures/odd-documents.ts";
import { tinyTokenizer } from "../../../../test/support/tiny-tokenizer.ts";
import { sentencePiece, tokenizers } from "../../../../test/support/word-encoders.ts";
import type { InputTokenizer } from "../../../tokenization/inputs/input-tokenizer.ts";
import { charactersOf, isVisible, textTokens } from "../../../tokenization/inputs/text-tokens.ts";
import { openWords } from "../../../tokenization/tokenizers/open-words.ts";
import { biaffineHead } from "../../heads/biaffine-head.ts";
import type { AlignmentLosses } from "./align.ts";
import { byText, encodeTexts } from "./encode.ts";
import { overlappingOf } from "./learn.ts";
import { nestedDecoder } from "./nested-decoder.ts";
import type { TypedSpan } from "./spans.ts";

const types = 2;
const decoder = nestedDecoder(types);
const tiny = tinyTokenizer();
const inputTokenizers: readonly (readonly [string, InputTokenizer])[] = [
  ["luke", tiny],
  ...tokenizers.map(({ name, files }): [string, InputTokenizer] => {
    const all = files["tokenizer.json"] === undefined ? { ...files, ...sentencePiece } : files;
    const { entities, maxMentionLength, padding } = tiny;
    return [
      name,
      { words: openWords(all, "XLMRobertaTokenizer"), entities, maxMentionLength, padding, maxLength: 512 },
    ];
  }),
];

/** The entities found by a model that is sure of every target, its logits as the scorer condenses them. */
function findGold(
  tokenizer: InputTokenizer,
  text: string,
  gold: readonly TypedSpan[],
  maxLength: number,
): { readonly found: readonly string[]; readonly alignment: AlignmentLosses; readonly loss: number } {
  const { texts, alignment } = encodeTexts(tokenizer, [{ document: { text } }], maxLength, () => gold, decoder);
  const logits = texts.map(({ encoding, paddedTargets }) => {
    // Padding, as in a batch with a longer text.
    const targets = paddedTargets!(encoding.inputIds.length + 2);
    // A model says something about spans that it is not asked about, too.
    const rows = Float32Array.from(targets, (target) => (target === 0 ? -20 : 20));
    return biaffineHead.condense!(rows, encoding, types);
  });
  const [one] = byText(texts, logits);
  if (!one) return { found: [], alignment, loss: 0 };
  const found = decoder.find(one.tokens, one.windows).found.map((span) => {
    expect(span.probability).toBeGreaterThan(0.9);
    return `${span.start}-${span.end} ${span.type}`;
  });
  return { found, alignment, loss: one.windows.reduce((sum, window) => sum + decoder.loss(window).sum, 0) };
}

const words = ["東京都庁で", "山田", "เขาไปกรุงเทพ", "a", "Zoé", "👩‍🏫", "e\u0301te\u0301", "l'avenant", "don't", "ﬁn"];
const blanks = [" ", "  ", "\r\n", "", "\t", "\u00a0", ", "];
const someText = fc
  .array(fc.tuple(fc.constantFrom(...words), fc.constantFrom(...blanks)), { minLength: 1, maxLength: 15 })
  .map((parts) => parts.flat().join(""));
const texts = fc.oneof(someText, fc.constantFrom(...Object.values(oddTexts).filter(({ length }) => length < 300)));
const ends = fc.array(fc.tuple(fc.nat(999), fc.nat(999), fc.nat(1)), { maxLength: 8 });

describe.each(inputTokenizers)("%s", (_, tokenizer) => {
  test("any spans at token boundaries are found as they are annotated, if a window holds them", () => {
    fc.assert(
      fc.property(texts, ends, fc.constantFrom(8, 17, 512), (text, pairs, maxLength) => {
        const tokens = textTokens(tokenizer.words, text);
        const count = tokens.ids.length;
        const gold = pairs.flatMap(([a, b, type]): TypedSpan[] => {
          const [start, end] = [Math.min(a % (count + 1), b % (count + 1)), Math.max(a % (count + 1), b % (count + 1))];
          if (tokens.isBoundary[start] === 0 || tokens.isBoundary[end] === 0) return [];
          const span = charactersOf(tokens, { start, end });
          return span ? [{ ...span, type }] : [];
        });
        const names = new Set(gold.map(({ start, end, type }) => `${start}-${end} ${type}`));
        const { found, alignment, loss } = findGold(
          tokenizer,
          text,
          [...new Map(gold.map((one) => [`${one.start}-${one.end} ${one.type}`, one])).values()],
          maxLength,
        );
        expect(new Set(found).size).toBe(found.length);
        for (const name of found) expect(names).toContain(name);
        expect(found.length + alignment.beyondWindows).toBe(names.size);
        // A span of at most half a window lies in one as a whole.
        if (maxLength === 512) expect(alignment.beyondWindows).toBe(0);
        expect(loss).toBeLessThan(0.01);
      }),
      { numRuns: 100 },
    );
  });

  test("nested, one-character and 200-token entities, and one of two types", () => {
    const text = `${"x ".repeat(300)}y`;
    const gold = [
      { start: 100, end: 499, type: 0 },
      { start: 100, end: 101, type: 1 },
      { start: 300, end: 599, type: 0 },
      { start: 600, end: 601, type: 0 },
      { start: 600, end: 601, type: 1 },
    ];
    const names = gold.map(({ start, end, type }) => `${start}-${end} ${type}`);
    expect(new Set(findGold(tokenizer, text, gold, 512).found)).toEqual(new Set(names));
    const narrow = findGold(tokenizer, text, gold, 64);
    expect(new Set(narrow.found)).toEqual(new Set([names[1], names[3], names[4]]));
    expect(narrow.alignment).toMatchObject({ entities: 5, beyondWindows: 2, overlapping: 0 });
  });
});

test("a text of 5,000 words has nested entities found in its last words, and a text without entities none", () => {
  const text = `${"Anna read it. ".repeat(1667)}Zoé Rey`;
  const gold = [
    { start: text.length - 7, end: text.length, type: 1 },
    { start: text.length - 7, end: text.length - 4, type: 0 },
  ];
  expect(findGold(tiny, text, gold, 64).found).toEqual(gold.map(({ start, end, type }) => `${start}-${end} ${type}`));
  expect(findGold(tiny, text, [], 64).found).toEqual([]);
});

test("an entity that cuts a token is found up to its boundaries, and counted", () => {
  const cutter = inputTokenizers.find(([name]) => name === "bert")![1];
  const text = "Je voudrais une attestation";
  const { alignment, found } = findGold(cutter, text, [{ start: 4, end: 11, type: 0 }], 512);
  const tokens = textTokens(cutter.words, text);
  const touched = [...tokens.ids.keys()].filter(
    (i) => isVisible(tokens, i) && tokens.starts[i]! < 11 && tokens.ends[i]! > 4,
  );
  expect(found).toEqual([`${tokens.starts[touched[0]!]}-${tokens.ends[touched.at(-1)!]} 0`]);
  expect(alignment.cut).toBe(Number(tokens.starts[touched[0]!] !== 4));
});

test("entities that share a character overlap, and those that touch do not", () => {
  const span = (start: number, end: number) => ({ start, end });
  const [long, inner, touching, equal, twin] = [span(0, 9), span(2, 3), span(9, 12), span(20, 21), span(20, 21)];
  expect(new Set(overlappingOf([touching, equal, long, inner, twin]))).toEqual(new Set([long, inner, equal, twin]));
  const crossing = [span(0, 5), span(1, 2), span(4, 8), span(7, 9)];
  expect(new Set(overlappingOf(crossing))).toEqual(new Set(crossing));
});
