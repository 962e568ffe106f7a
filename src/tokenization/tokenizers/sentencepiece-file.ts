import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { TokenizerFilesError } from "./tokenizer-files-error.ts";

/** The piece types of sentencepiece_model.proto that are supported. */
export type PieceType = "normal" | "unknown" | "control";

export interface Piece {
  readonly piece: string;
  /** A logarithm of a probability, in float32. */
  readonly score: number;
  readonly type: PieceType;
}

/** The parts of a sentencepiece model of type unigram that affect its tokens. */
export interface SentencePieceModel {
  /** By id. */
  readonly pieces: readonly Piece[];
  /** `precompiled_charsmap`, empty if nothing is replaced. */
  readonly charsmap: Uint8Array;
  readonly addDummyPrefix: boolean;
  readonly removeExtraWhitespaces: boolean;
}

/** Longest piece in UTF-16 units: by default sentencepiece makes none of more than 16 characters. */
const longestPiece = 512;

const pieceTypes = new Map<number, PieceType>([
  [1, "normal"],
  [2, "unknown"],
  [3, "control"],
]);
const unsupportedTypes = new Map([
  [4, "user-defined"],
  [5, "unused"],
  [6, "byte"],
]);

type Fields = Readonly<
  Record<number, readonly [name: string, wireType: WireType, read: (reader: BinaryReader) => void]>
>;

/** Reads one protobuf message; other fields are skipped. */
function readFields(reader: BinaryReader, fields: Fields): void {
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    const field = fields[number];
    if (field === undefined) {
      reader.skip(wireType, number);
      continue;
    }
    const [name, expected, read] = field;
    if (wireType !== expected) throw new Error(`${name} has wire type ${wireType}, and it should have ${expected}`);
    read(reader);
  }
  if (reader.pos > reader.len) throw new RangeError("premature EOF");
}

function readPiece(bytes: Uint8Array, id: number, bytesAreText: boolean): Piece {
  let [piece, score, type] = ["", 0, 1];
  readFields(new BinaryReader(bytes), {
    1: ["piece", WireType.LengthDelimited, (reader) => (piece = reader.string(true))],
    2: ["score", WireType.Bit32, (reader) => (score = reader.float())],
    3: ["type", WireType.Varint, (reader) => (type = reader.int32())],
  });
  const known = type === 6 && bytesAreText ? "normal" : pieceTypes.get(type);
  if (known !== undefined) return { piece, score, type: known };
  const found = unsupportedTypes.get(type) ?? `of the unknown type ${type}`;
  throw new Error(
    `piece ${id}, ${JSON.stringify(piece)}, is ${found}; only normal, unknown and control pieces are supported`,
  );
}

/**
 * Reads a `sentencepiece.bpe.model`. Throws a TokenizerFilesError if it is damaged, or needs features that XLM-R's
 * model does not use and Relata does not support: BPE, byte fallback, user-defined pieces, word marks behind words.
 * @param bytesAreText reads pieces of bytes as the text of their names, as the fast tokenizers of transformers do
 * @see https://github.com/google/sentencepiece/blob/v0.2.0/src/sentencepiece_model.proto
 */
export function parseSentencePiece(
  fileName: string,
  bytes: Uint8Array,
  { bytesAreText = false }: { readonly bytesAreText?: boolean } = {},
): SentencePieceModel {
  const pieces: Piece[] = [];
  let [modelType, byteFallback, marksBehind, marks] = [1, false, false, true];
  let [addDummyPrefix, removeExtraWhitespaces] = [true, true];
  let charsmap = new Uint8Array();
  const trainer: Fields = {
    3: ["model_type", WireType.Varint, (reader) => (modelType = reader.int32())],
    24: ["treat_whitespace_as_suffix", WireType.Varint, (reader) => (marksBehind = reader.bool())],
    35: ["byte_fallback", WireType.Varint, (reader) => (byteFallback = reader.bool())],
  };
  const normalizer: Fields = {
    2: ["precompiled_charsmap", WireType.LengthDelimited, (reader) => (charsmap = new Uint8Array(reader.bytes()))],
    3: ["add_dummy_prefix", WireType.Varint, (reader) => (addDummyPrefix = reader.bool())],
    4: ["remove_extra_whitespaces", WireType.Varint, (reader) => (removeExtraWhitespaces = reader.bool())],
    5: ["escape_whitespaces", WireType.Varint, (reader) => (marks = reader.bool())],
  };
  const found = new Set<string>();
  const message = (name: string, fields: Fields) => (reader: BinaryReader) => {
    found.add(name);
    readFields(new BinaryReader(reader.bytes()), fields);
  };
  try {
    readFields(new BinaryReader(bytes), {
      1: [
        "pieces",
        WireType.LengthDelimited,
        (reader) => pieces.push(readPiece(reader.bytes(), pieces.length, bytesAreText)),
      ],
      2: ["trainer_spec", WireType.LengthDelimited, message("trainer_spec", trainer)],
      3: ["normalizer_spec", WireType.LengthDelimited, message("normalizer_spec", normalizer)],
    });
  } catch (error) {
    throw new TokenizerFilesError(
      fileName,
      `it is no sentencepiece model that Relata reads: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  // They follow the pieces: without this check a truncated file would silently have fewer pieces.
  for (const name of ["trainer_spec", "normalizer_spec"]) {
    if (!found.has(name))
      throw new TokenizerFilesError(fileName, `it has no ${name}: it was cut short, or is another file`);
  }
  const unsupported = [
    modelType !== 1 && `the model type ${["", "unigram", "BPE", "word", "char"][modelType] ?? modelType}`,
    byteFallback && !bytesAreText && "byte_fallback",
    marksBehind && "treat_whitespace_as_suffix",
    !marks && "escape_whitespaces = false",
  ].find((setting) => setting !== false);
  if (unsupported !== undefined) {
    throw new TokenizerFilesError(
      fileName,
      `${unsupported} is not supported, only what XLM-R's sentencepiece model has`,
    );
  }
  return checkedModel(fileName, { pieces, charsmap, addDummyPrefix, removeExtraWhitespaces });
}

/** Returns the same model. Throws a TokenizerFilesError for pieces that sentencepiece itself would refuse. */
export function checkedModel(fileName: string, model: SentencePieceModel): SentencePieceModel {
  const refuse = (problem: string): never => {
    throw new TokenizerFilesError(fileName, problem);
  };
  const ids = new Map<string, number>();
  for (const [id, { piece, score }] of model.pieces.entries()) {
    if (piece === "") refuse(`piece ${id} is empty`);
    if (piece.length > longestPiece)
      refuse(`piece ${id} has ${piece.length} characters; ${longestPiece} at most are read`);
    if (!Number.isFinite(score)) refuse(`piece ${id}, ${JSON.stringify(piece)}, has the score ${score}`);
    if (ids.has(piece)) refuse(`pieces ${ids.get(piece)} and ${id} are both ${JSON.stringify(piece)}`);
    ids.set(piece, id);
  }
  if (!model.pieces.some(({ type }) => type === "normal")) refuse(`none of its ${ids.size} pieces stands for text`);
  const unknowns = model.pieces.filter(({ type }) => type === "unknown").length;
  if (unknowns !== 1) refuse(`expected one piece of the type unknown, found ${unknowns}`);
  return model;
}

/** Writes the bytes of a `sentencepiece.bpe.model` that tokenizes as `model` does. */
export function formatSentencePiece(model: SentencePieceModel): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  for (const { piece, score, type } of model.pieces) {
    writer.tag(1, WireType.LengthDelimited).fork();
    writer.tag(1, WireType.LengthDelimited).string(piece).tag(2, WireType.Bit32).float(score);
    const [number] = [...pieceTypes].find(([, name]) => name === type)!;
    writer.tag(3, WireType.Varint).int32(number).join();
  }
  writer.tag(2, WireType.LengthDelimited).fork().tag(3, WireType.Varint).int32(1).join();
  writer.tag(3, WireType.LengthDelimited).fork();
  writer.tag(2, WireType.LengthDelimited).bytes(model.charsmap);
  writer.tag(3, WireType.Varint).bool(model.addDummyPrefix);
  writer.tag(4, WireType.Varint).bool(model.removeExtraWhitespaces);
  return writer.join().finish();
}
