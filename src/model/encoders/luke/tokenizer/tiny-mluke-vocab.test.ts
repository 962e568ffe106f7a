import { expect, test } from "vitest";
import { tinyMlukeFiles, tinyMlukeFolder } from "../../../../../test/support/tiny-tokenizer.ts";
import { LukeTokenizer } from "./luke-tokenizer.ts";

// `vitest -u` writes the files anew; scripts/oracle/mluke_tokenizer.py must be run after it.
test("the committed files are what is written for the committed model", async () => {
  const { "sentencepiece.bpe.model": model, "entity_vocab.json": entities } = tinyMlukeFiles();
  const files = LukeTokenizer.fromFiles({ "sentencepiece.bpe.model": model!, "entity_vocab.json": entities! }).files();
  expect(Object.keys(files).sort()).toEqual([
    "added_tokens.json",
    "entity_vocab.json",
    "sentencepiece.bpe.model",
    "special_tokens_map.json",
    "tokenizer_config.json",
  ]);
  for (const [name, content] of Object.entries(files)) {
    if (typeof content === "string") await expect(content).toMatchFileSnapshot(tinyMlukeFolder + name);
    else expect(Buffer.from(content).equals(Buffer.from(model as Uint8Array))).toBe(true);
  }
});
