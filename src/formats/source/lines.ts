import { isUtf8 } from "node:buffer";
import type { DataError, SourceLocation } from "../../errors.ts";
import { EncodingError, LineTooLongError } from "../../corpus/errors.ts";
import { likelyEncoding } from "./encoding.ts";

/** A line of a file that is not blank. */
export interface Line {
  readonly at: SourceLocation & { readonly line: number };
  /** The line without its end (LF or CRLF) and without a byte-order mark. */
  readonly text: string;
  /** The position of its first byte in the file. */
  readonly byteOffset: number;
  /** Why `text` cannot be trusted; the reader throws it when it reaches this line. */
  readonly problem?: DataError;
}

/** Longer lines are refused. JSON.parse needs a string, and V8 limits strings to 512 MiB. */
export const maxLineBytes: number = 64 * 2 ** 20;

const lenient = new TextDecoder("utf-8", { ignoreBOM: true });

function decode(bytes: Buffer, at: Line["at"], byteOffset: number): Line {
  const tidy = (text: string): string => (at.line === 1 ? text.replace(/^\uFEFF/, "") : text).replace(/\r$/, "");
  // A decoder that throws takes twice the time.
  if (isUtf8(bytes)) return { at, byteOffset, text: tidy(bytes.toString()) };
  const problem = new EncodingError(at, likelyEncoding(bytes));
  return { at, byteOffset, text: tidy(lenient.decode(bytes)), problem };
}

const lineFeed = 0x0a;

/** Where the bytes of `splitLines` begin in their file, if not at its beginning. */
export interface LineStart {
  /** The number of the first line, from 1. */
  readonly line: number;
  readonly byteOffset: number;
}

/** The lines of a file that are not blank, with their numbers in the file. Holds one line at a time. */
export async function* splitLines(
  chunks: AsyncIterable<Buffer>,
  file: string,
  limit: number = maxLineBytes,
  start: LineStart = { line: 1, byteOffset: 0 },
): AsyncGenerator<Line> {
  let number = start.line - 1;
  let byteOffset = start.byteOffset;
  let length = 0;
  let parts: Buffer[] = [];

  const take = (part: Buffer): void => {
    length += part.length;
    if (length <= limit) parts.push(part);
    else parts = [];
  };
  const finish = (): Line => {
    const at = { file, line: ++number };
    const line =
      length > limit
        ? { at, byteOffset, text: "", problem: new LineTooLongError(length, limit, at) }
        : decode(parts.length === 1 ? parts[0]! : Buffer.concat(parts), at, byteOffset);
    byteOffset += length + 1;
    length = 0;
    parts = [];
    return line;
  };
  const says = (line: Line): boolean => line.problem !== undefined || line.text.trim() !== "";

  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, from)) {
      take(chunk.subarray(from, end));
      from = end + 1;
      const line = finish();
      if (says(line)) yield line;
    }
    take(chunk.subarray(from));
  }
  const last = finish();
  if (says(last)) yield last;
}
