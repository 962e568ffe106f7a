import { describe, expect, test } from "vitest";
import {
  tinyMlukeFiles,
  tinyMlukeTokenizer,
  tinyTokenizer,
  tinyVocabFiles,
} from "../../../test/support/tiny-tokenizer.ts";
import { LukeTokenizer } from "../../model/encoders/luke/tokenizer/luke-tokenizer.ts";
import { parseSentencePiece } from "./sentencepiece-file.ts";
import { TokenizerFilesError } from "./tokenizer-files-error.ts";
import { parseTokenizerJson } from "./tokenizer-json.ts";
import type { WordTokenizer } from "./word-tokenizer.ts";

type Json = Record<string, unknown>;

const openJson = (json: unknown): WordTokenizer =>
  parseTokenizerJson(JSON.stringify(json), { ignored: new Set(["[MASK]"]) });

const added = (content: string, id: number): Json => ({ id, content, special: true, lstrip: false, normalized: false });

const bpeFiles = tinyVocabFiles();
/** As LukeTokenizer of transformers 5.18 saves it. */
const bpe: Json = {
  version: "1.0",
  truncation: null,
  padding: null,
  added_tokens: [added("<s>", 0), added("<ent>", 698), added("<ent2>", 699), added("[MASK]", 702)],
  normalizer: null,
  pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
  post_processor: { type: "TemplateProcessing", single: [], pair: [], special_tokens: {} },
  decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
  model: {
    type: "BPE",
    dropout: null,
    unk_token: null,
    continuing_subword_prefix: "",
    end_of_word_suffix: "",
    fuse_unk: false,
    byte_fallback: false,
    ignore_merges: false,
    vocab: JSON.parse(bpeFiles["vocab.json"]!),
    merges: bpeFiles["merges.txt"]!.trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => line.split(" ")),
  },
};

const mluke = tinyMlukeTokenizer();
const model = parseSentencePiece("a.model", tinyMlukeFiles()["sentencepiece.bpe.model"] as Uint8Array);
const precompiled = {
  type: "Precompiled",
  precompiled_charsmap: Buffer.from(model.charsmap).toString("base64"),
};
/** As transformers' converter for XLM-R makes it. */
const unigram: Json = {
  version: "1.0",
  added_tokens: [added("<s>", 0), added("</s>", 2), added("<mask>", 501), added("<ent2>", 503)],
  normalizer: {
    type: "Sequence",
    normalizers: [
      precompiled,
      { type: "Strip", strip_left: false, strip_right: true },
      { type: "Replace", pattern: { Regex: " {2,}" }, content: "▁" },
    ],
  },
  pre_tokenizer: { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true },
  model: {
    type: "Unigram",
    unk_id: 3,
    vocab: [
      ...["<s>", "<pad>", "</s>", "<unk>"].map((token) => [token, 0]),
      ...model.pieces.slice(3).map(({ piece, score }) => [piece, score]),
      ["<mask>", 0],
    ],
    byte_fallback: false,
  },
};

const texts = bpeFiles["sentences.txt"]!.split("\n");
const encoded = ({ words }: Pick<LukeTokenizer, "words">): number[][] => texts.map((text) => words.encode(text));

test("LUKE's byte-level BPE", () => {
  const files = { "tokenizer.json": JSON.stringify(bpe), "entity_vocab.json": bpeFiles["entity_vocab.json"]! };
  const opened = LukeTokenizer.fromFiles(files);
  expect(opened.files()).toEqual(tinyTokenizer().files());
  expect(encoded(opened)).toEqual(encoded(tinyTokenizer()));
  const lines = { ...(bpe["model"] as Json), merges: bpeFiles["merges.txt"]!.trimEnd().split("\n").slice(1) };
  expect(openJson({ ...bpe, model: lines }).files()).toEqual(opened.words.files());
});

test("transformers 5 has the entities in tokenizer_config.json", () => {
  const opened = LukeTokenizer.fromFiles({
    "tokenizer.json": JSON.stringify(bpe),
    "tokenizer_config.json": `{"entity_vocab": {"[MASK]": 0, "[UNK]": 1, "[PAD]": 2, "Leeds": 3, "[MASK2]": 4}}`,
  });
  expect(opened.entityVocab.specialEntityIds).toEqual({ mask: 0, unk: 1, pad: 2, mask2: 4 });
  expect(opened.entityVocab.ids.get("Leeds")).toBe(3);
});

test("XLM-R's unigram, in any of its spellings", () => {
  const expected = encoded(mluke);
  const wordsAndMetaspace = {
    type: "Sequence",
    pretokenizers: [
      { type: "WhitespaceSplit" },
      { type: "Metaspace", replacement: "▁", str_rep: "▁", add_prefix_space: true },
    ],
  };
  for (const spelling of [unigram, { ...unigram, normalizer: precompiled, pre_tokenizer: wordsAndMetaspace }]) {
    const words = openJson(spelling);
    expect(words.specialTokenIds).toEqual(mluke.words.specialTokenIds);
    expect(encoded({ words })).toEqual(expected);
  }
});

test("its files are those of a model, and open again", () => {
  const opened = LukeTokenizer.fromFiles({
    "tokenizer.json": JSON.stringify(unigram),
    "entity_vocab.json": tinyMlukeFiles()["entity_vocab.json"]!,
  });
  const again = LukeTokenizer.fromFiles(opened.files());
  expect(Object.keys(again.files()).sort()).toEqual(Object.keys(mluke.files()).sort());
  expect(encoded(again)).toEqual(encoded(mluke));
});

test("sentencepiece.bpe.model and vocab.json come first", () => {
  const damaged = { "tokenizer.json": "{" };
  expect(LukeTokenizer.fromFiles({ ...damaged, ...tinyMlukeFiles() }).words.vocabSize).toBe(504);
  expect(LukeTokenizer.fromFiles({ ...damaged, ...bpeFiles }).words.vocabSize).toBe(700);
});

describe("everything else is refused by its name", () => {
  const inside = (json: Json, slot: string, change: Json): Json => ({
    ...json,
    [slot]: { ...(json[slot] as Json), ...change },
  });
  const v5 = ["``", "''"].map((String) => ({ type: "Replace", pattern: { String }, content: '"' }));
  const evil = { type: "Split", pattern: { Regex: "(a+)+$" }, behavior: "Isolated", invert: false };
  const vocab = (unigram["model"] as { vocab: [string, number][] }).vocab;

  test.each<[string, unknown, string]>([
    ["no object", [], "expected object"],
    ["another model", inside(bpe, "model", { type: "WordPiece" }), 'its model is "WordPiece"; only BPE and Unigram'],
    ["dropout", inside(bpe, "model", { dropout: 0.1 }), '"dropout":0.1'],
    ["a suffix", inside(bpe, "model", { end_of_word_suffix: "</w>" }), '"end_of_word_suffix":"</w>"'],
    ["ignored merges", inside(bpe, "model", { ignore_merges: true }), '"ignore_merges":true'],
    ["a new setting", inside(bpe, "model", { cache: 1 }), '"cache":1'],
    ["ids that are none", inside(bpe, "model", { vocab: { a: -1 } }), 'found -1 for "a"'],
    ["no ids", inside(bpe, "model", { vocab: undefined }), "its model is"],
    ["a list of ids", inside(bpe, "model", { vocab: [1] }), "found [1]"],
    ["a missing special token", inside(bpe, "model", { vocab: { a: 0 } }), "special token <pad> is missing"],
    ["two ids", { ...bpe, added_tokens: [added("<s>", 5)] }, "special token <s> has the ids 0 and 5"],
    ["merges of three", inside(bpe, "model", { merges: ["a b c"] }), 'found "a b c"'],
    ["merges to no token", inside(bpe, "model", { merges: [["q", "qqq"]] }), "does not fit vocab.json"],
    ["a token of someone", { ...bpe, added_tokens: [added("[X]", 9)] }, 'adds the token "[X]"'],
    [
      "a normalizer",
      { ...bpe, normalizer: { type: "Lowercase" } },
      'its normalizer is {"type":"Lowercase"}; only none',
    ],
    ["a foreign pattern", { ...bpe, pre_tokenizer: evil }, 'its pre_tokenizer is {"type":"Split"'],
    ["a prefix", inside(bpe, "pre_tokenizer", { add_prefix_space: true }), '"add_prefix_space":true'],
    ["transformers 5's mLUKE", { ...unigram, normalizer: { type: "Sequence", normalizers: v5 } }, '"Replace"'],
    ["no normalizer", { ...unigram, normalizer: null }, "its normalizer is nothing; only Precompiled"],
    [
      "a pattern in a normalizer",
      {
        ...unigram,
        normalizer: { type: "Sequence", normalizers: [precompiled, { ...v5[0], pattern: { Regex: "(a+)+$" } }] },
      },
      "only Precompiled",
    ],
    ["a damaged charsmap", { ...unigram, normalizer: { ...precompiled, precompiled_charsmap: "AAAA" } }, "is damaged"],
    [
      "another mark",
      inside(unigram, "pre_tokenizer", { replacement: "_" }),
      'its pre_tokenizer is {"type":"Metaspace","replacement":"_"',
    ],
    ["a mark at the first word alone", inside(unigram, "pre_tokenizer", { prepend_scheme: "first" }), '"first"'],
    ["byte fallback", inside(unigram, "model", { byte_fallback: true }), '"byte_fallback":true'],
    [
      "sentencepiece's own ids",
      inside(unigram, "model", { vocab: vocab.slice(3), unk_id: 0 }),
      "its ids are not XLM-R's",
    ],
    ["another <mask>", { ...unigram, added_tokens: [added("<mask>", 600)] }, "adds <mask> as 600"],
    ["a token twice", inside(unigram, "model", { vocab: [...vocab, ["▁de", -1]] }), 'are both "▁de"'],
    ["a score as text", inside(unigram, "model", { vocab: [["<s>", "0"]] }), "its model is"],
  ])("%s", (_, json, message) => {
    const open = (): unknown => openJson(json);
    expect(open).toThrow(TokenizerFilesError);
    expect(open).toThrow(message);
  });

  test("no JSON", () => {
    expect(() => parseTokenizerJson("{")).toThrow("tokenizer.json: cannot open the tokenizer: it is no JSON");
  });
});
