import { expect, test } from "vitest";
import { tinyVocabFiles, tinyVocabFolder } from "../../../../../test/support/tiny-tokenizer.ts";
import { LukeTokenizer } from "./luke-tokenizer.ts";

// `vitest -u` writes the files anew; scripts/oracle/luke_tokenizer.py must be run after it.
test("training gives the committed files, in every process and on every machine", async () => {
  const sentences = tinyVocabFiles()["sentences.txt"]!.trimEnd().split("\n");
  const files = (await LukeTokenizer.train(sentences, { vocabSize: 700, minFrequency: 1 })).files();
  expect(Object.keys(files).sort()).toEqual([
    "added_tokens.json",
    "entity_vocab.json",
    "merges.txt",
    "special_tokens_map.json",
    "tokenizer_config.json",
    "vocab.json",
  ]);
  for (const [name, text] of Object.entries(files)) await expect(text).toMatchFileSnapshot(tinyVocabFolder + name);
});
