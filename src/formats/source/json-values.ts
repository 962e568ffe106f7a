import type { DataError, SourceLocation } from "../../errors.ts";
import { EncodingError, LineTooLongError, NotJsonError } from "../../corpus/errors.ts";
import { likelyEncoding } from "./encoding.ts";
import { maxLineBytes } from "./lines.ts";

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const [openObject, closeObject, openArray, closeArray] = [0x7b, 0x7d, 0x5b, 0x5d];
const [quoteMark, backslash, lineFeed, comma, colon] = [0x22, 0x5c, 0x0a, 0x2c, 0x3a];
const isBlank = (byte: number): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === lineFeed;
/** Whether a byte is part of a byte-order mark; a concatenation of files may have several. */
const isOfByteOrderMark = (byte: number): boolean => byte === 0xef || byte === 0xbb || byte === 0xbf;

/** The text of one value of a file. */
export interface JsonPiece {
  /** Where the value begins; with a column only if another value begins before it on the same line. */
  readonly at: SourceLocation & { readonly line: number };
  readonly text: string;
  /** Why `text` cannot be trusted; the reader throws it, with the place, when it reaches this value. */
  readonly problem?: ((at: SourceLocation) => DataError) | undefined;
  /** For an element of a wrapped list, the key of that list. */
  readonly key?: string;
  /** Whether it is the object around wrapped lists, which are empty in its text. */
  readonly isWrapping?: boolean;
}

export interface JsonSplitting {
  /** Whether the list under this key of an object is a list of values, like `documents` of a BioC collection. */
  readonly isWrapping?: ((key: string) => boolean) | undefined;
  /** Whether a value ends with its line, even if it is incomplete. */
  readonly endsWithLine?: boolean;
  /** Maximal bytes of a value. */
  readonly limit?: number | undefined;
}

/** The longest key that may name a wrapped list. */
const longestKey = 1024;

/**
 * The JSON values of a file one after the other, whether each is on its own line, spread over several lines, or an
 * element of a list, which may be under a key of an object. Holds one value at a time. Stray bytes between values
 * become part of the next value, so that its parser reports them.
 */
export async function* jsonValues(
  chunks: AsyncIterable<Buffer>,
  file: string,
  { isWrapping, endsWithLine = false, limit = maxLineBytes }: JsonSplitting = {},
): AsyncGenerator<JsonPiece> {
  const splitter = new Splitter(file, isWrapping, endsWithLine, limit);
  for await (const chunk of chunks) yield* splitter.split(chunk);
  yield* splitter.end();
}

/** A value, as far as it has been read. */
class Piece {
  readonly at: JsonPiece["at"];
  readonly key: string | undefined;
  depth = 0;
  isWrapping = false;
  /** The bytes of the key that is being read, at the top level of the value; undefined if no key is expected. */
  keyBytes: number[] | undefined;
  lastKey: string | undefined;
  #parts: Buffer[] = [];
  #length = 0;

  constructor(at: JsonPiece["at"], key: string | undefined) {
    this.at = at;
    this.key = key;
  }

  take(part: Buffer, limit: number): void {
    this.#length += part.length;
    if (this.#length <= limit) this.#parts.push(part);
    else this.#parts = [];
  }

  finish(limit: number): JsonPiece {
    const { at, key, isWrapping } = this;
    const rest = { ...(key === undefined ? {} : { key }), ...(isWrapping ? { isWrapping } : {}) };
    if (this.#length > limit) {
      return { at, text: "", problem: (at) => new LineTooLongError(this.#length, limit, at), ...rest };
    }
    const bytes = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts);
    try {
      return { at, text: strict.decode(bytes), ...rest };
    } catch {
      return { at, text: bytes.toString(), problem: (at) => new EncodingError(at, likelyEncoding(bytes)), ...rest };
    }
  }
}

class Splitter {
  readonly #file: string;
  readonly #isWrapping: JsonSplitting["isWrapping"];
  readonly #endsWithLine: boolean;
  readonly #limit: number;
  #line = 1;
  /** Number of bytes before this line, and number of bytes in the line that begin no UTF-16 code unit. */
  #lineStart = 0;
  #furtherBytes = 0;
  /** Whether a value has begun on this line. */
  #isLineBegun = false;
  #offset = 0;
  #inString = false;
  #isEscaped = false;
  /** Whether the values are elements of a list of the file. */
  #inArray = false;
  #piece: Piece | undefined;
  /** The object around the list whose elements the values are. */
  #around: Piece | undefined;

  constructor(file: string, isWrapping: JsonSplitting["isWrapping"], endsWithLine: boolean, limit: number) {
    this.#file = file;
    this.#isWrapping = isWrapping;
    this.#endsWithLine = endsWithLine;
    this.#limit = limit;
  }

  *split(chunk: Buffer): Generator<JsonPiece> {
    let start = 0;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]!;
      if (byte === lineFeed) {
        if (this.#endsWithLine) {
          this.#piece?.take(chunk.subarray(start, i), this.#limit);
          yield* this.end();
        }
        this.#line++;
        this.#lineStart = this.#offset + i + 1;
        this.#furtherBytes = 0;
        this.#isLineBegun = false;
      } else if (byte >= 0x80) {
        if (byte < 0xc0) this.#furtherBytes++;
        else if (byte >= 0xf0) this.#furtherBytes--;
      }
      if (this.#inString) {
        this.#insideString(byte);
        continue;
      }
      if (!this.#piece) {
        if (this.#isBetween(byte)) {
          // The end of the list continues the object around it.
          if (this.#piece) start = i;
          continue;
        }
        start = i;
        this.#begin(i);
      }
      const piece: Piece = this.#piece!;
      if (piece.depth === 0 && (this.#inArray || this.#around) && (byte === comma || byte === closeArray)) {
        piece.take(chunk.subarray(start, i), this.#limit);
        yield this.#finish(piece);
        if (this.#isBetween(byte) && this.#piece) start = i;
        continue;
      }
      if (byte === openArray && this.#opensWrapped(piece)) {
        piece.take(chunk.subarray(start, i + 1), this.#limit);
        [piece.isWrapping, this.#around, this.#piece] = [true, piece, undefined];
        piece.depth++;
        continue;
      }
      this.#insidePiece(piece, byte);
      if (piece.depth <= 0 && (byte === closeObject || byte === closeArray)) {
        piece.take(chunk.subarray(start, i + 1), this.#limit);
        yield this.#finish(piece);
      }
    }
    this.#piece?.take(chunk.subarray(start), this.#limit);
    this.#offset += chunk.length;
  }

  /** Yields the value that was begun and not finished. */
  *end(): Generator<JsonPiece> {
    const begun = [this.#piece, this.#around].filter((piece) => piece !== undefined);
    const isCutList = begun.length === 0 && this.#inArray;
    [this.#piece, this.#around] = [undefined, undefined];
    [this.#inArray, this.#inString, this.#isEscaped] = [false, false, false];
    for (const piece of begun) yield piece.finish(this.#limit);
    if (isCutList) {
      const at = { file: this.#file, line: this.#line };
      yield { at, text: "", problem: (at) => new NotJsonError("the list does not end. Was the file cut?", at) };
    }
  }

  /** Whether this byte is between values; the end of a wrapped list belongs to the object around it. */
  #isBetween(byte: number): boolean {
    const inList = this.#inArray || this.#around !== undefined;
    if (isBlank(byte) || isOfByteOrderMark(byte) || (inList && byte === comma)) return true;
    if (byte === closeArray && this.#around) {
      [this.#piece, this.#around] = [this.#around, undefined];
      this.#piece.depth--;
      return true;
    }
    if (byte === closeArray && this.#inArray) {
      this.#inArray = false;
      return true;
    }
    if (byte === openArray && !inList) {
      this.#inArray = true;
      return true;
    }
    return false;
  }

  #begin(i: number): void {
    const at = { file: this.#file, line: this.#line };
    const column = this.#offset + i + 1 - this.#lineStart - this.#furtherBytes;
    this.#piece = new Piece(this.#isLineBegun ? { ...at, column } : at, this.#around?.lastKey);
    this.#isLineBegun = true;
  }

  #finish(piece: Piece): JsonPiece {
    this.#piece = undefined;
    return piece.finish(this.#limit);
  }

  #insideString(byte: number): void {
    const key = this.#piece?.keyBytes;
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === backslash) this.#isEscaped = true;
    else if (byte === quoteMark) this.#inString = false;
    if (key && this.#inString && key.length < longestKey) key.push(byte);
  }

  #insidePiece(piece: Piece, byte: number): void {
    if (byte === quoteMark) this.#inString = true;
    else if (byte === openObject || byte === openArray) piece.depth++;
    else if (byte === closeObject || byte === closeArray) piece.depth--;
    if (!this.#isWrapping || this.#around || piece.depth !== 1) return;
    // A top-level key comes after the beginning of the value and after each comma, and ends with a colon.
    if (byte === comma || byte === openObject) [piece.keyBytes, piece.lastKey] = [[], undefined];
    else if (byte === colon && piece.keyBytes) {
      [piece.lastKey, piece.keyBytes] = [keyOf(piece.keyBytes), undefined];
    } else if (!isBlank(byte) && byte !== quoteMark && piece.lastKey !== undefined) piece.lastKey = undefined;
  }

  /** Whether the list that opens here is the value of a key that wraps a list of values. */
  #opensWrapped(piece: Piece): boolean {
    const isOfKey = piece.depth === 1 && this.#around === undefined && piece.lastKey !== undefined;
    return isOfKey && this.#isWrapping!(piece.lastKey!);
  }
}

function keyOf(bytes: readonly number[]): string | undefined {
  try {
    return String(JSON.parse(`"${Buffer.from(bytes).toString()}"`));
  } catch {
    return undefined;
  }
}
