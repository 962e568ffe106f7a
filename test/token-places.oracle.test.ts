// The characters of each token against the fast tokenizers of transformers (scripts/oracle/token_places.py), and properties of
// them in any text.
import { createHash } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { charactersOf, textTokens, tokensOf } from "../src/tokenization/inputs/text-tokens.ts";
import { openWords } from "../src/tokenization/tokenizers/open-words.ts";
import { SentencePiece } from "../src/tokenization/tokenizers/sentencepiece.ts";
import type { WordTokenizer } from "../src/tokenization/tokenizers/word-tokenizer.ts";
import { readTokenizerFiles } from "../src/model/read-tokenizer.ts";
import { anyText } from "./support/any-text.ts";
import { familyClasses, familyFolder } from "./support/encoder-families.ts";
import { sentencePiece, texts as manyTexts, tokenizers, trimmed } from "./support/word-encoders.ts";

interface Oracle {
  readonly transformers: string;
  readonly texts: readonly string[];
  readonly places: Readonly<
    Record<
      string,
      readonly { readonly ids: readonly number[]; readonly places: readonly (readonly [number, number])[] }[]
    >
  >;
}
const oracle = JSON.parse(readFileSync(new URL("oracle/token-places.json", import.meta.url), "utf8")) as Oracle;

const wordsOf: Readonly<Record<string, WordTokenizer>> = {
  ...Object.fromEntries(
    tokenizers.map(({ name, files }) => [
      name,
      openWords(files["tokenizer.json"] === undefined ? { ...files, ...sentencePiece } : files, "XLMRobertaTokenizer"),
    ]),
  ),
  mluke: SentencePiece.fromFiles({ ...sentencePiece, "added_tokens.json": "{}" }),
};

/** The tokenizer of a family that stands in a folder of its own. */
async function familyWords(name: string): Promise<WordTokenizer> {
  const folder = familyFolder(name);
  try {
    return openWords(await readTokenizerFiles(folder), familyClasses[name]!);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.each(Object.entries(oracle.places))(`%s, as transformers ${oracle.transformers}`, (name, answers) => {
  test("places each token", () => {
    const words = wordsOf[name]!;
    for (const [i, text] of oracle.texts.entries()) {
      const { ids, starts, ends } = words.place(text);
      expect(ids).toEqual(answers[i]!.ids);
      const found = ids.map((_, token) => trimmed(text, [starts[token]!, ends[token]!]));
      const expected = answers[i]!.places.map((place) => trimmed(text, place));
      // A word mark of its own before the text stands for no character; tokenizers gives it the first one.
      if (words.decode(ids.slice(0, 1)) === " ") expected[0] = "none";
      expect({ text, found }).toEqual({ text, found: expected });
    }
  });
});

const { hashes }: { hashes: Readonly<Record<string, readonly string[]>> } = JSON.parse(
  gunzipSync(readFileSync(new URL("oracle/token-places.hashes.json.gz", import.meta.url))).toString("utf8"),
);

test.each(Object.entries(hashes))("%s: ids and places of five thousand texts", async (name, expected) => {
  const words = wordsOf[name] ?? (await familyWords(name));
  const hashOf = (text: string): string => {
    const { ids, starts, ends } = words.place(text);
    const places = ids.map((_, token) => trimmed(text, [starts[token]!, ends[token]!]));
    if (ids.length > 0 && words.decode(ids.slice(0, 1)) === " ") places[0] = "none";
    const line = ids.map((id, token) => `${id}:${places[token]}`).join(" ");
    return createHash("sha256").update(line).digest("hex").slice(0, 8);
  };
  expect(manyTexts.filter((text, i) => hashOf(text) !== expected[i])).toEqual([]);
  expect(expected.length).toBe(5000);
});

test("each family has such texts", () => {
  expect(Object.keys(hashes)).toEqual([
    "bert",
    "bert-cased",
    "roberta",
    "xlm-roberta",
    "camembert",
    "distilbert",
    "deberta-v2",
    "modernbert",
    "mmbert",
  ]);
});

describe.each(Object.entries(wordsOf))("%s", (_, words) => {
  const check = (text: string): void => {
    const placed = words.place(text);
    expect(placed.ids).toEqual(words.encode(text));
    const tokens = textTokens(words, text);
    for (let i = 0; i < tokens.ids.length; i++) {
      expect(placed.starts[i]!).toBeGreaterThanOrEqual(i === 0 ? 0 : placed.starts[i - 1]!);
      expect(placed.ends[i]!).toBeGreaterThanOrEqual(i === 0 ? 0 : placed.ends[i - 1]!);
      expect(placed.ends[i]!).toBeLessThanOrEqual(text.length);
      const own = charactersOf(tokens, { start: i, end: i + 1 });
      if (!own || !tokens.isBoundary[i] || !tokens.isBoundary[i + 1]) continue;
      // The characters of a token lead back to it, and to no other that stands for a character.
      expect(text.slice(own.start, own.end)).toBe(text.slice(own.start, own.end).trim());
      expect(charactersOf(tokens, tokensOf(tokens, own)!)).toEqual(own);
    }
  };

  test("places what it encodes, in any text", () => {
    fc.assert(fc.property(anyText, check), { numRuns: 150 });
    for (const text of manyTexts.slice(0, 300)) check(text);
  });
});
