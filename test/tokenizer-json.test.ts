// The tokenizer.json that is made of the files of older classes: `tokenizers` gives the ids of it that Relata gives.
import { Tokenizer } from "tokenizers";
import { describe, expect, test } from "vitest";
import { formatTokenizerJson } from "../src/tokenization/tokenizers/format-tokenizer-json.ts";
import { openWords } from "../src/tokenization/tokenizers/open-words.ts";
import type { TokenizerFiles } from "../src/tokenization/tokenizers/tokenizer-files.ts";
import type { WordTokenizer } from "../src/tokenization/tokenizers/word-tokenizer.ts";
import { debertaPieces } from "./support/encoder-families.ts";
import { tinyMlukeTokenizer, tinyTokenizer } from "./support/tiny-tokenizer.ts";
import { sentencePiece, texts, tokenizers } from "./support/word-encoders.ts";

const older = (name: string): TokenizerFiles => {
  const { "tokenizer.json": _, ...files } = tokenizers.find((one) => one.name === name)!.files;
  return files["vocab.txt"] || files["vocab.json"] ? files : { ...files, ...sentencePiece };
};
const opened = (files: TokenizerFiles, tokenizerClass: string): readonly [WordTokenizer, TokenizerFiles] => [
  openWords(files, tokenizerClass),
  files,
];
const kinds: Readonly<Record<string, () => readonly [WordTokenizer, TokenizerFiles]>> = {
  bert: () => opened(older("bert"), "BertTokenizer"),
  roberta: () => opened(older("roberta"), "RobertaTokenizer"),
  camembert: () => opened(older("camembert"), "CamembertTokenizer"),
  "deberta-v2": () => opened({ "spm.model": debertaPieces() }, "DebertaV2Tokenizer"),
  luke: () => [tinyTokenizer().words, tinyTokenizer().files()],
  mluke: () => [tinyMlukeTokenizer().words, tinyMlukeTokenizer().files()],
};

describe.each(Object.keys(kinds))("%s", (kind) => {
  const [words, files] = kinds[kind]!();
  const json = formatTokenizerJson(files, words.tokenizerClass)!;
  const tokenizer = Tokenizer.fromString(json);

  test("gives the ids of texts", async () => {
    for (const text of [...texts.slice(0, 500), "", " ", " Oslo", "Oslo  ", "\u0085a\n"]) {
      const ids = (await tokenizer.encode(text, null, { addSpecialTokens: false })).getIds();
      expect(ids, JSON.stringify(text)).toEqual(words.encode(text));
    }
  });

  test("names the special tokens", () => {
    const { cls, sep, pad, mask } = words.specialTokenIds;
    const added = (JSON.parse(json) as { added_tokens: { id: number; special: boolean }[] }).added_tokens;
    for (const id of [cls, sep, pad, mask])
      expect(added).toContainEqual(expect.objectContaining({ id, special: true }));
  });
});

test("is not made where there is one, or nothing to make it of", () => {
  expect(formatTokenizerJson({ ...older("bert"), "tokenizer.json": "{}" }, "BertTokenizer")).toBeUndefined();
  expect(formatTokenizerJson({}, "BertTokenizer")).toBeUndefined();
});
