// Token ids of BERT, RoBERTa, XLM-R and CamemBERT against AutoTokenizer of transformers 4.57.6 (scripts/oracle/word_encoders.py).
import { describe, expect, test } from "vitest";
import { openWords } from "../src/tokenization/tokenizers/open-words.ts";
import type { TokenizerFiles } from "../src/tokenization/tokenizers/tokenizer-files.ts";
import { TokenizerFilesError } from "../src/tokenization/tokenizers/tokenizer-files-error.ts";
import type { WordTokenizer } from "../src/tokenization/tokenizers/word-tokenizer.ts";
import { sentencePiece, texts, tokenizers } from "./support/word-encoders.ts";

const classes: Readonly<Record<string, string>> = {
  bert: "BertTokenizer",
  "bert-cased": "BertTokenizer",
  roberta: "RobertaTokenizer",
  "xlm-roberta": "XLMRobertaTokenizer",
  camembert: "CamembertTokenizer",
};

/** Files, and of which of them the words are read. */
const ways = tokenizers.flatMap(({ name, files, ...rest }) => {
  const { "tokenizer.json": whole, ...others } = files;
  const old = others["vocab.txt"] || others["vocab.json"] ? others : { ...others, ...sentencePiece };
  return [
    ...(whole === undefined ? [] : [{ name, way: "tokenizer.json", files, ...rest }]),
    { name, way: "its older files", files: old, ...rest },
  ];
});

describe.each(ways)("$name from $way", ({ name, files, vocabSize, ids }) => {
  const words: WordTokenizer = openWords(files, classes[name]!);

  test("gives the ids of five thousand texts", () => {
    expect(words.tokenizerClass).toBe(classes[name]);
    expect(words.vocabSize).toBe(vocabSize);
    const wrong = texts.filter((text, i) => words.encode(text).join() !== ids[i]!.join());
    expect(wrong).toEqual([]);
    expect(ids.length).toBe(5000);
  });

  test("finds no special token in a text, and marks a pair by signs that a text may have too", () => {
    const { cls, sep, pad, mask, unk, ent, ent2 } = words.specialTokenIds;
    const found = new Set(words.encode("a [CLS] b <s> c </s> [SEP] d <mask> [MASK] <pad> [PAD]"));
    for (const id of [cls, sep, pad, mask]) expect(found.has(id)).toBe(false);
    expect(ent === ent2 && ent !== unk).toBe(false);
    expect(words.decode([cls, sep])).toContain(name.startsWith("bert") ? "[CLS]" : "<s>");
  });
});

test("without a vocabulary, and with what Relata does not do, a message says what is missing", () => {
  expect(() => openWords({}, "BertTokenizer")).toThrow(
    "a tokenizer needs this file, or vocab.txt or sentencepiece.bpe.model or spm.model or vocab.json; found no files",
  );
  const bert = tokenizers[0]!.files["tokenizer.json"]!;
  const changed = (change: (json: Record<string, unknown>) => void): TokenizerFiles => {
    const json = JSON.parse(bert) as Record<string, unknown>;
    change(json);
    return { "tokenizer.json": JSON.stringify(json) };
  };
  const open = (change: (json: Record<string, unknown>) => void) => () => openWords(changed(change), "BertTokenizer");
  expect(open((json) => (json["normalizer"] = { type: "NFC" }))).toThrow(/normalizer is .*NFC.*only BertNormalizer/);
  expect(open((json) => (json["model"] = { type: "WordLevel" }))).toThrow(/only WordPiece, BPE and Unigram/);
  const word = { id: 9999, content: "covid", special: false };
  expect(open((json) => (json["added_tokens"] as unknown[]).push(word))).toThrow(/adds the word "covid"/);
  expect(() => openWords({ "vocab.txt": "[PAD]\n[UNK]\na\n" }, "BertTokenizer")).toThrow(TokenizerFilesError);
  expect(() => openWords({ "vocab.txt": "[PAD]\n[UNK]\na\n" }, "BertTokenizer")).toThrow(/\[CLS\], \[SEP\], \[MASK\]/);
});
