import { describe, expect, test } from "vitest";
import { tinyMlukeFiles } from "../../../test/support/tiny-tokenizer.ts";
import { formatSentencePiece } from "./sentencepiece-file.ts";
import { SentencePiece } from "./sentencepiece.ts";
import { TokenizerFilesError } from "./tokenizer-files-error.ts";

const files = tinyMlukeFiles();
const words = SentencePiece.fromFiles(files);
// toEqual is slow with many bytes.
const isSame = (a: string | Uint8Array, b: string | Uint8Array): boolean => Buffer.from(a).equals(Buffer.from(b));
const encode = (text: string): number[] => words.encode(text);

test("fairseq's ids", () => {
  expect(words.specialTokenIds).toEqual({ cls: 0, pad: 1, sep: 2, unk: 3, mask: 501, ent: 502, ent2: 503 });
  expect(words.vocabSize).toBe(504);
  expect(words.decode([0, 1, 2, 3, 4, 5, 500, 501, 502, 503])).toBe("<s><pad></s><unk> .p<mask><ent><ent2>");
  expect(() => words.decode([504])).toThrow(RangeError);
  expect(() => words.decode([-1])).toThrow(RangeError);
});

test("every text has a word mark of its own, and blanks are one or none", () => {
  expect(words.decode(encode("the teacher"))).toBe(" the teacher");
  expect(encode("  the \u3000\n teacher ")).toEqual(encode("the teacher"));
  expect(words.decode(encode(","))).toBe(" ,");
  for (const blank of ["", " ", "\u00a0\t", "\u0001", "▁"]) expect(encode(blank)).toEqual([]);
});

test("special tokens' strings in a text are text, even where they are pieces", () => {
  const special = new Set(Object.values(words.specialTokenIds));
  special.delete(words.specialTokenIds.unk);
  const own = new SentencePiece({
    pieces: [
      { piece: "<unk>", score: 0, type: "unknown" },
      { piece: "<s>", score: 0, type: "normal" },
      { piece: "<mask>", score: 0, type: "normal" },
      { piece: "▁", score: -1, type: "normal" },
    ],
    charsmap: new Uint8Array(),
    addDummyPrefix: true,
    removeExtraWhitespaces: true,
  });
  for (const token of ["<s>", "</s>", "<pad>", "<unk>", "<mask>", "<ent>", "<ent2>"]) {
    expect(encode(token).filter((id) => special.has(id))).toEqual([]);
    expect(own.encode(token)).toEqual([4, 3]);
  }
});

test("a lone surrogate is encoded as U+FFFD", () => {
  expect(encode("a\ud800b")).toEqual(encode("a\ufffdb"));
});

test("ids are appended to those that are given, and what is remembered stays as it was", () => {
  const ids = words.encode("house");
  const first = [...ids];
  expect(words.encode("house", ids)).toBe(ids);
  expect(ids).toEqual([...first, ...first]);
  expect(words.encode("house")).toEqual(first);
});

describe("files", () => {
  test("come back as they were", () => {
    for (const [name, content] of Object.entries(words.files())) expect(isSame(content, files[name]!)).toBe(true);
    const again = SentencePiece.fromFiles(words.files());
    expect(again.encode("Ana in Leeds")).toEqual(words.encode("Ana in Leeds"));
  });

  test("<ent> and <ent2> come after <mask>, wherever added_tokens.json has them", () => {
    const open = (added: string): SentencePiece => SentencePiece.fromFiles({ ...files, "added_tokens.json": added });
    expect(open("{}").specialTokenIds).toEqual(words.specialTokenIds);
    const swapped = open(`{"<ent2>": 502, "<ent>": 507}`);
    expect(swapped.specialTokenIds).toMatchObject({ mask: 501, ent: 507, ent2: 502 });
    expect(swapped.vocabSize).toBe(508);
    expect(() => open(`{"<ent>": 501}`)).toThrow("need ids of their own from 502 on");
    expect(() => open(`{"<ent>": 503}`)).toThrow(TokenizerFilesError);
  });

  test("a damaged charsmap, a missing file, a text", () => {
    const model = { pieces: [], charsmap: Uint8Array.of(1), addDummyPrefix: true, removeExtraWhitespaces: true };
    expect(() => new SentencePiece(model)).toThrow("precompiled_charsmap is damaged");
    expect(() => SentencePiece.fromFiles({ "sentencepiece.bpe.model": formatSentencePiece(model) })).toThrow(
      "0 pieces",
    );
    expect(() => SentencePiece.fromFiles({})).toThrow("it is missing");
    expect(() => SentencePiece.fromFiles({ "sentencepiece.bpe.model": "" })).toThrow("given as text");
  });
});
