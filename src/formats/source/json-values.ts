import { LineTooLongError, EncodingError } from "../../corpus/errors.ts";
import { likelyEncoding } from "./encoding.ts";
import { maxLineBytes, type Line } from "./lines.ts";

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const [openObject, closeObject, openArray, closeArray] = [0x7b, 0x7d, 0x5b, 0x5d];
const [quoteMark, backslash, lineFeed, comma] = [0x22, 0x5c, 0x0a, 0x2c];
const isOfByteOrderMark = (byte: number): boolean => byte === 0xef || byte === 0xbb || byte === 0xbf;
const isBlank = (byte: number): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === lineFeed;

/**
 * The JSON values of a file one after the other, whether each stands on a line, is spread over several, or all are
 * elements of one array; with the line where each begins. Holds one value at a time. What stands between values and is
 * none is part of the next, so that its parser reports it.
 */
export async function* jsonValues(
  chunks: AsyncIterable<Buffer>,
  file: string,
  limit: number = maxLineBytes,
): AsyncGenerator<Line> {
  let line = 1;
  let startLine = 1;
  let depth = 0;
  let inString = false;
  let escaped = false;
  let inArray = false;
  let isFirst = true;
  let begun = false;
  let length = 0;
  let parts: Buffer[] = [];

  const take = (part: Buffer): void => {
    length += part.length;
    if (length <= limit) parts.push(part);
    else parts = [];
  };
  const finish = (): Line => {
    const at = { file, line: startLine };
    const bytes = Buffer.concat(parts);
    const tooLong = length > limit;
    const size = length;
    [parts, length, begun, depth] = [[], 0, false, 0];
    if (tooLong) return { at, text: "", problem: new LineTooLongError(size, limit, at) };
    try {
      return { at, text: strict.decode(bytes) };
    } catch {
      return { at, text: bytes.toString(), problem: new EncodingError(at, likelyEncoding(bytes)) };
    }
  };

  for await (const chunk of chunks) {
    let start = 0;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]!;
      if (byte === lineFeed) line++;
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === backslash) escaped = true;
        else if (byte === quoteMark) inString = false;
        continue;
      }
      if (!begun) {
        const isSeparator = isBlank(byte) || (inArray && byte === comma) || (isFirst && isOfByteOrderMark(byte));
        if (isFirst && byte === openArray) [isFirst, inArray, start] = [false, true, i + 1];
        else if (isSeparator) start = i + 1;
        else if (inArray && byte === closeArray) [inArray, start] = [false, i + 1];
        else [begun, isFirst, startLine, start] = [true, false, line, i];
        if (!begun) continue;
      }
      if (byte === quoteMark) inString = true;
      else if (byte === openObject || byte === openArray) depth++;
      else if (byte === closeObject || byte === closeArray) depth--;
      if (depth <= 0 && (byte === closeObject || byte === closeArray)) {
        take(chunk.subarray(start, i + 1));
        start = i + 1;
        yield finish();
      }
    }
    if (begun) take(chunk.subarray(start));
  }
  if (begun) yield finish();
}
