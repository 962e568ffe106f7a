// Token ids and places of DistilBERT, DeBERTa, ModernBERT and mmBERT against AutoTokenizer of transformers 4.57.6 (scripts/oracle/encoder_families.py).
import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readTokenizerFiles } from "../src/model/read-tokenizer.ts";
import { openWords } from "../src/tokenization/tokenizers/open-words.ts";
import type { WordTokenizer } from "../src/tokenization/tokenizers/word-tokenizer.ts";
import { debertaPieces, familyClasses, familyFolder, familyTokens } from "./support/encoder-families.ts";
import { texts, trimmed } from "./support/word-encoders.ts";

const hash = (ids: readonly number[]): string =>
  createHash("sha256").update(JSON.stringify(ids)).digest("hex").slice(0, 8);

describe.each(Object.entries(familyClasses))("%s", (name, tokenizerClass) => {
  const { vocabSize, hashes, whole, rare = [] } = familyTokens(name);
  const open = async (): Promise<WordTokenizer> => {
    const folder = familyFolder(name);
    try {
      return openWords(await readTokenizerFiles(folder), tokenizerClass);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  test("gives the ids and places of five thousand texts", async () => {
    const words = await open();
    expect(words.tokenizerClass).toBe(tokenizerClass);
    expect(words.vocabSize).toBe(vocabSize);
    for (const [i, [ids, places]] of whole.entries()) {
      const text = texts[i]!;
      const ours = words.place(text);
      expect({ text, ids: ours.ids }).toEqual({ text, ids });
      const found = ids.map((_, token) => trimmed(text, [ours.starts[token]!, ours.ends[token]!]));
      const expected = places.map((place) => trimmed(text, place));
      // A word mark of its own before the text stands for no character; tokenizers gives it the first one.
      if (words.decode(ids.slice(0, 1)) === " " && found[0] === "none") expected[0] = "none";
      expect({ text, found }).toEqual({ text, found: expected });
    }
    expect(texts.filter((text, i) => hash(words.encode(text)) !== hashes[i])).toEqual([]);
    expect(hashes.length).toBe(5000);
  });

  test("cuts added words out of a text, and composes it, as tokenizers does", async () => {
    const words = await open();
    for (const [text, ids, places] of rare) {
      expect({ text, ids: words.encode(text) }).toEqual({ text, ids });
      const ours = words.place(text);
      expect({ text, ids: ours.ids }).toEqual({ text, ids });
      const found = ids.map((_, token) => trimmed(text, [ours.starts[token]!, ours.ends[token]!]));
      expect({ text, found }).toEqual({ text, found: places.map((place) => trimmed(text, place)) });
    }
    expect(rare.length).toBe(["modernbert", "mmbert"].includes(name) ? 604 : 0);
  });

  test("finds no special token in a text", async () => {
    const words = await open();
    const { cls, sep, pad, mask } = words.specialTokenIds;
    const found = new Set(words.encode("a [CLS] b <s> c </s> [SEP] d <mask> [MASK] <pad> [PAD]"));
    for (const id of [cls, sep, pad, mask]) expect(found.has(id)).toBe(false);
  });
});

test("DeBERTa's spm.model alone, as it is on the hub, gives the same ids", () => {
  const words = openWords({ "spm.model": debertaPieces() }, "DebertaV2Tokenizer");
  const { vocabSize, hashes } = familyTokens("deberta-v2");
  expect(words.vocabSize).toBe(vocabSize);
  expect(texts.filter((text, i) => hash(words.encode(text)) !== hashes[i])).toEqual([]);
});
