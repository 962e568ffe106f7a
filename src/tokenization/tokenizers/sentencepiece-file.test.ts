import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { describe, expect, test } from "vitest";
import { tinyMlukeFiles } from "../../../test/support/tiny-tokenizer.ts";
import { formatSentencePiece, parseSentencePiece, type SentencePieceModel } from "./sentencepiece-file.ts";
import { TokenizerFilesError } from "./tokenizer-files-error.ts";

const name = "sentencepiece.bpe.model";
const bytes = Uint8Array.from(tinyMlukeFiles()[name] as Uint8Array);
const model = parseSentencePiece(name, bytes);

const small: SentencePieceModel = {
  pieces: [
    { piece: "<unk>", score: 0, type: "unknown" },
    { piece: "<s>", score: 0, type: "control" },
    { piece: "▁a", score: -1.5, type: "normal" },
  ],
  charsmap: new Uint8Array(),
  addDummyPrefix: false,
  removeExtraWhitespaces: true,
};

const refusal = (damaged: Uint8Array): string => {
  try {
    parseSentencePiece(name, damaged);
  } catch (error) {
    expect(error).toBeInstanceOf(TokenizerFilesError);
    return (error as TokenizerFilesError).message;
  }
  return "accepted";
};

/** One more field of the model, with one field inside it; the last of a kind is the one that counts. */
function withField(field: number, inside: (writer: BinaryWriter) => BinaryWriter): Uint8Array {
  const writer = new BinaryWriter().raw(formatSentencePiece(small));
  return inside(writer.tag(field, WireType.LengthDelimited).fork()).join().finish();
}

test("a model that sentencepiece wrote", () => {
  expect(model.pieces).toHaveLength(500);
  expect(model.pieces.slice(0, 4)).toEqual([
    { piece: "<unk>", score: 0, type: "unknown" },
    { piece: "<s>", score: 0, type: "control" },
    { piece: "</s>", score: 0, type: "control" },
    { piece: "▁", score: Math.fround(-1.92362177), type: "normal" },
  ]);
  expect(model).toMatchObject({ addDummyPrefix: true, removeExtraWhitespaces: true });
  expect(model.charsmap.length).toBeGreaterThan(200_000);
});

test("what is written is read again", () => {
  for (const one of [model, small]) {
    const { charsmap, ...again } = parseSentencePiece(name, formatSentencePiece(one));
    expect({ ...one, ...again }).toEqual(one);
    expect(Buffer.from(charsmap).equals(Buffer.from(one.charsmap))).toBe(true);
  }
});

describe("hostile files", () => {
  test("cut short anywhere, it is refused or has lost nothing that counts", () => {
    const places = [...Array(3000).keys(), ...Array.from({ length: 200 }, (_, i) => bytes.length - 200 + i)];
    let accepted = 0;
    for (const end of places) {
      if (refusal(bytes.subarray(0, end)) !== "accepted") continue;
      const { pieces, charsmap } = parseSentencePiece(name, bytes.subarray(0, end));
      expect([pieces.length, charsmap.length]).toEqual([model.pieces.length, model.charsmap.length]);
      accepted++;
    }
    expect(accepted).toBeLessThan(places.length / 20);
  });

  test("bytes turned over never end in another error", () => {
    const damaged = formatSentencePiece({ ...model, charsmap: new Uint8Array() });
    const messages = Array.from(damaged.slice(0, 2000), (byte, at) => {
      const copy = damaged.slice();
      copy[at] = 255 - byte;
      return refusal(copy);
    });
    expect(messages.filter((message) => message !== "accepted").length).toBeGreaterThan(500);
  });

  const piece = (write: (writer: BinaryWriter) => BinaryWriter): Uint8Array => withField(1, write);
  test.each([
    ["no bytes", new Uint8Array(), "it has no trainer_spec"],
    ["text", new TextEncoder().encode("version https://git-lfs.github.com"), "no sentencepiece model"],
    ["a length of 4 GiB", Uint8Array.of(10, 255, 255, 255, 255, 15), "premature EOF"],
    ["a number for a piece", Uint8Array.of(8, 1), "pieces has wire type 0"],
    ["an endless number", new Uint8Array(40).fill(255), "no sentencepiece model"],
    ["groups in groups", new Uint8Array(5000).fill(0x3b), "recursion"],
    ["a text for a score", piece((w) => w.tag(2, WireType.LengthDelimited).string("many")), "score has wire type 2"],
    [
      "bytes that are no text",
      piece((w) => w.tag(1, WireType.LengthDelimited).bytes(Uint8Array.of(255))),
      "no sentencepiece model",
    ],
    ["an empty piece", piece((w) => w.tag(2, WireType.Bit32).float(1)), "piece 3 is empty"],
    ["a piece twice", piece((w) => w.tag(1, WireType.LengthDelimited).string("▁a")), 'pieces 2 and 3 are both "▁a"'],
    ["a long piece", piece((w) => w.tag(1, WireType.LengthDelimited).string("x".repeat(513))), "has 513 characters"],
    [
      "no number",
      piece((w) => w.tag(1, WireType.LengthDelimited).string("b").tag(2, WireType.Bit32).float(NaN)),
      "score NaN",
    ],
    [
      "two unknowns",
      piece((w) => w.tag(1, WireType.LengthDelimited).string("b").tag(3, WireType.Varint).int32(2)),
      "found 2",
    ],
    [
      "a user's piece",
      piece((w) => w.tag(1, WireType.LengthDelimited).string("b").tag(3, WireType.Varint).int32(4)),
      '"b", is user-defined',
    ],
    [
      "a byte",
      piece((w) => w.tag(1, WireType.LengthDelimited).string("b").tag(3, WireType.Varint).int32(6)),
      '"b", is byte',
    ],
    ["another type", piece((w) => w.tag(3, WireType.Varint).int32(9)), "of the unknown type 9"],
    ["BPE", withField(2, (w) => w.tag(3, WireType.Varint).int32(2)), "the model type BPE is not supported"],
    ["byte fallback", withField(2, (w) => w.tag(35, WireType.Varint).bool(true)), "byte_fallback is not supported"],
    ["marks behind words", withField(2, (w) => w.tag(24, WireType.Varint).bool(true)), "treat_whitespace_as_suffix"],
    ["no marks", withField(3, (w) => w.tag(5, WireType.Varint).bool(false)), "escape_whitespaces = false"],
    ["no pieces", formatSentencePiece({ ...small, pieces: [] }), "none of its 0 pieces"],
    ["no unknown", formatSentencePiece({ ...small, pieces: small.pieces.slice(1) }), "found 0"],
  ])("%s", (_, damaged, message) => {
    expect(refusal(damaged)).toContain(`${name}: cannot open the tokenizer: `);
    expect(refusal(damaged)).toContain(message);
  });
});
