import { describe, expect, test } from "vitest";
import { tinyMlukeFiles } from "../../test/support/tiny-tokenizer.ts";
import { formatSentencePiece } from "./sentencepiece-file.ts";
import { SentencePiece } from "./sentencepiece.ts";
import { TokenizerFilesError } from "./tokenizer-files-error.ts";

const files = tinyMlukeFiles();
const words = SentencePiece.fromFiles(files);
// toEqual is slow with many bytes.
const isSame = (a: string | Uint8Array, b: string | Uint8Array): boolean => Buffer.from(a).equals(Buffer.from(b));
const encode = async (text: string): Promise<number[]> => [...(await words.encodePieces([text]))[0]!];

test("fairseq's ids", () => {
  expect(words.specialTokenIds).toEqual({ cls: 0, pad: 1, sep: 2, unk: 3, mask: 501, ent: 502, ent2: 503 });
  expect(words.vocabSize).toBe(504);
  expect(words.decode([0, 1, 2, 3, 4, 5, 500, 501, 502, 503])).toBe("<s><pad></s><unk> .p<mask><ent><ent2>");
  expect(() => words.decode([504])).toThrow(RangeError);
  expect(() => words.decode([-1])).toThrow(RangeError);
});

test("every text has a word mark of its own, and blanks are one or none", async () => {
  expect(words.decode(await encode("the teacher"))).toBe(" the teacher");
  expect(await encode("  the \u3000\n teacher ")).toEqual(await encode("the teacher"));
  expect(words.decode(await encode(","))).toBe(" ,");
  for (const blank of ["", " ", "\u00a0\t", "\u0001", "▁"]) expect(await encode(blank)).toEqual([]);
});

test("special tokens' strings in a text are text, even where they are pieces", async () => {
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
    expect((await encode(token)).filter((id) => special.has(id))).toEqual([]);
    expect(await own.encodePieces([token])).toEqual([Int32Array.of(4, 3)]);
  }
});

test("a lone surrogate is encoded as U+FFFD", async () => {
  expect(await encode("a\ud800b")).toEqual(await encode("a\ufffdb"));
});

test("equal texts are encoded once", async () => {
  const [first, second, again] = await words.encodePieces(["house", "teacher", "house"]);
  expect(again).toBe(first);
  expect([first, second].map((ids) => words.decode(ids!))).toEqual([" house", " teacher"]);
});

describe("files", () => {
  test("come back as they were", async () => {
    for (const [name, content] of Object.entries(words.files())) expect(isSame(content, files[name]!)).toBe(true);
    const again = SentencePiece.fromFiles(words.files());
    expect(await again.encodePieces(["Ana in Leeds"])).toEqual(await words.encodePieces(["Ana in Leeds"]));
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
