import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BPE, byteLevelPreTokenizer, Tokenizer } from "tokenizers";
import { expect, test } from "vitest";
import { tinyVocabFiles } from "../../../test/support/tiny-tokenizer.ts";
import { UsageError } from "../../errors.ts";
import { random, shuffled } from "../../random.ts";
import { smallestVocabSize } from "./smallest-vocab-size.ts";
import { trainByteLevelBpe } from "./train-bpe.ts";

const sentences = tinyVocabFiles()["sentences.txt"]!.trimEnd().split("\n");

const merges = async (texts: string[], vocabSize: number, minFrequency?: number): Promise<string[]> => {
  const bpe = await trainByteLevelBpe(texts, minFrequency === undefined ? { vocabSize } : { vocabSize, minFrequency });
  return bpe.files()["merges.txt"]!.trimEnd().split("\n").slice(1);
};

/** The merges of Hugging Face's own trainer, up to its 30,000 tokens. */
function mergesOfTokenizers(texts: string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), "relata-bpe-"));
  try {
    writeFileSync(join(folder, "texts.txt"), texts.join("\n"));
    const tokenizer = new Tokenizer(BPE.empty());
    tokenizer.setPreTokenizer(byteLevelPreTokenizer(false));
    tokenizer.train([join(folder, "texts.txt")]);
    tokenizer.save(join(folder, "tokenizer.json"));
    const saved: { model: { merges: [string, string][] } } = JSON.parse(
      readFileSync(join(folder, "tokenizer.json"), "utf8"),
    );
    return saved.model.merges.map((merge) => merge.join(" "));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("the merges are those of Hugging Face's trainer, one by one, until none is left", async () => {
  const ours = await merges(sentences, 30_000, 1);
  expect(ours.length).toBeGreaterThan(1000);
  expect(ours).toEqual(mergesOfTokenizers(sentences));
});

test("a smaller vocabulary has the first merges of a larger one", async () => {
  const all = await merges(sentences, 30_000, 1);
  expect(await merges(sentences, 400, 1)).toEqual(all.slice(0, 400 - smallestVocabSize));
  const frequent = await merges(sentences, 30_000);
  expect(frequent.length).toBeLessThan(all.length);
  expect(frequent).toEqual(all.slice(0, frequent.length));
});

test("the order of the texts does not matter", async () => {
  expect(await merges(shuffled(sentences, random("texts")), 30_000)).toEqual(await merges(sentences, 30_000));
});

test("RoBERTa's layout, with all bytes, whatever the texts", async () => {
  const bpe = await trainByteLevelBpe(["aaaa aaaa"], { vocabSize: 265 });
  const ids: Record<string, number> = JSON.parse(bpe.files()["vocab.json"]!);
  expect(ids).toMatchObject({ "<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "!": 4, aa: 260, aaaa: 261, "<mask>": 262 });
  expect(JSON.parse(bpe.files()["added_tokens.json"]!)).toEqual({ "<ent>": 263, "<ent2>": 264 });
  expect(bpe.vocabSize).toBe(265);
  const none = await trainByteLevelBpe([], { vocabSize: 4000 });
  expect(none.vocabSize).toBe(smallestVocabSize);
  expect(none.decode(none.encode("日本 🙂"))).toBe("日本 🙂");
});

test("a vocabulary too small for the bytes is refused", async () => {
  await expect(trainByteLevelBpe([], { vocabSize: 262 })).rejects.toThrow(UsageError);
});
