import { describe, expect, test } from "vitest";
import {
  tinyMlukeFiles,
  tinyMlukeTokenizer,
  tinyTokenizer,
  tinyVocabFiles,
} from "../../../../../test/support/tiny-tokenizer.ts";
import { LukeTokenizer } from "./luke-tokenizer.ts";
import { encodePairs } from "../../../../tokenization/inputs/pair-encoding.ts";
import { TokenizerFilesError } from "../../../../tokenization/tokenizers/tokenizer-files-error.ts";

const files = tinyVocabFiles();

test("what was trained opens again from its files, with the same encodings", async () => {
  const trained = await LukeTokenizer.train([files["sentences.txt"]!], {
    vocabSize: 500,
    maxLength: 64,
    maxMentionLength: 12,
  });
  const opened = LukeTokenizer.fromFiles(trained.files());
  expect(opened.files()).toEqual(trained.files());
  expect(opened).toMatchObject({ maxLength: 64, maxMentionLength: 12 });
  const pairs = [{ head: { start: 0, end: 2 }, tail: { start: 3, end: 11 } }];
  const text = "Je voudrais une attestation de paiement pour 2022.";
  expect(await encodePairs(opened, text, pairs)).toEqual(await encodePairs(trained, text, pairs));
});

test("ids to fill up with come from the files", () => {
  expect(tinyTokenizer().padding).toEqual({ padTokenId: 1, entityPadId: 0 });
  const lite = LukeTokenizer.fromFiles({
    ...files,
    "entity_vocab.json": `{"[MASK]": 0, "[UNK]": 1, "[PAD]": 2, "[MASK2]": 3}`,
  });
  expect(lite.padding).toEqual({ padTokenId: 1, entityPadId: 2 });
});

test("entity ids come from the files", async () => {
  const other = LukeTokenizer.fromFiles({
    ...files,
    "entity_vocab.json": `{"[MASK]": 0, "[UNK]": 1, "[PAD]": 2, "Leeds": 3, "[MASK2]": 9}`,
  });
  expect(other.entityVocab.size).toBe(10);
  const pairs = [{ head: { start: 0, end: 3 }, tail: { start: 4, end: 9 } }];
  expect(await encodePairs(other, "Ana Leeds", pairs)).toMatchObject([
    { encoding: { entityIds: Int32Array.of(0, 9) } },
  ]);
});

describe("tokenizer_config.json", () => {
  const open = (config: string): LukeTokenizer =>
    LukeTokenizer.fromFiles({ ...files, "tokenizer_config.json": config });

  test("LUKE's lengths stand in where it is silent", () => {
    expect(open("{}")).toMatchObject({ maxLength: 512, maxMentionLength: 30 });
    expect(open(`{"model_max_length": 1e30, "max_mention_length": 8}`)).toMatchObject({
      maxLength: 512,
      maxMentionLength: 8,
    });
  });

  test.each([
    [`{"add_prefix_space": true}`, "add_prefix_space is true"],
    [`{"max_mention_length": "many"}`, "max_mention_length"],
    ["{", "no JSON"],
  ])("%s is refused", (config, message) => {
    expect(() => open(config)).toThrow(TokenizerFilesError);
    expect(() => open(config)).toThrow(message);
  });
});

test.each([
  [undefined, "missing"],
  [`{"[PAD]": 0, "[UNK]": 1, "[MASK]": 2}`, "[MASK2] is not one of them"],
])("entity_vocab.json %j is refused", (text, message) => {
  const { "entity_vocab.json": _, ...others } = files;
  const open = (): LukeTokenizer =>
    LukeTokenizer.fromFiles(text === undefined ? others : { ...others, "entity_vocab.json": text });
  expect(open).toThrow(TokenizerFilesError);
  expect(open).toThrow(message);
});

describe("mLUKE", () => {
  const mluke = tinyMlukeTokenizer();

  test("its files come back byte for byte", () => {
    const committed = tinyMlukeFiles();
    expect(Object.keys(mluke.files()).sort()).toEqual(Object.keys(committed).sort());
    for (const [name, content] of Object.entries(mluke.files())) {
      expect(Buffer.from(content).equals(Buffer.from(committed[name]!))).toBe(true);
    }
  });

  test("its special entities have any ids: [PAD] need not be 0, [MASK2] is the last", async () => {
    expect(mluke.padding).toEqual({ padTokenId: 1, entityPadId: 2 });
    expect(mluke.entityVocab.specialEntityIds).toEqual({ mask: 0, unk: 1, pad: 2, mask2: 8 });
    expect(mluke.entityVocab.ids.get("fr:Lyon")).toBe(4);
    const pairs = [{ head: { start: 0, end: 3 }, tail: { start: 4, end: 9 } }];
    const [result] = await encodePairs(mluke, "Ana Leeds", pairs);
    expect(result).toMatchObject({ encoding: { entityIds: Int32Array.of(0, 8) } });
  });

  test("a folder is refused by the file it lacks, or has in another form", () => {
    const entities = { "entity_vocab.json": files["entity_vocab.json"]! };
    expect(() => LukeTokenizer.fromFiles(entities)).toThrow("vocab.json: cannot open the tokenizer: a byte-level BPE");
    const asText = { ...entities, "sentencepiece.bpe.model": "" };
    expect(() => LukeTokenizer.fromFiles(asText)).toThrow("sentencepiece.bpe.model: cannot open the tokenizer");
    const asBytes = { ...files, "vocab.json": new Uint8Array(3) };
    expect(() => LukeTokenizer.fromFiles(asBytes)).toThrow("it was given as 3 bytes, and its text is needed");
  });

  test("options of sentencepiece, which make its answers random, are refused", () => {
    const config = `{"sp_model_kwargs": {"enable_sampling": true}}`;
    const open = (): LukeTokenizer => LukeTokenizer.fromFiles({ ...tinyMlukeFiles(), "tokenizer_config.json": config });
    expect(open).toThrow("sp_model_kwargs has enable_sampling");
  });
});
