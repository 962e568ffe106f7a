const sampleBytes = 256;

/**
 * Detects UTF-16 by its byte-order mark, or by Latin letters of two bytes each, one of which is 0; undefined for
 * anything else.
 */
export function utf16Of(bytes: Buffer): string | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return "UTF-16LE";
  if (first === 0xfe && second === 0xff) return "UTF-16BE";
  const sample = bytes.subarray(0, Math.min(bytes.length & ~1, sampleBytes));
  if (sample.length < 8) return undefined;
  const zeros = [0, 0];
  for (const [i, byte] of sample.entries()) if (byte === 0) zeros[i % 2]!++;
  const pairs = sample.length / 2;
  if (zeros[0] === 0 && zeros[1]! >= 0.9 * pairs) return "UTF-16LE";
  return zeros[1] === 0 && zeros[0]! >= 0.9 * pairs ? "UTF-16BE" : undefined;
}

/**
 * Turns pieces of UTF-16 into UTF-8, without a byte-order mark; a character cut between two pieces goes with the second.
 * @throws TypeError for half of a surrogate pair, in the last call for a character that is cut
 */
export function utf16ToUtf8(encoding: string): (bytes: Buffer, isLast?: boolean) => Buffer {
  const decoder = new TextDecoder(encoding, { fatal: true });
  return (bytes, isLast = false) => Buffer.from(decoder.decode(bytes, { stream: !isLast }));
}

// The characters of 0x80 to 0x9f; the rest is Latin-1. The decoder of Node 20 takes these bytes for Latin-1 too.
const ofWindows = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

/** The text of bytes in Windows-1252, as the Encoding Standard maps them. */
export const windows1252Text = (bytes: Buffer): string =>
  bytes.toString("latin1").replace(/[\u0080-\u009f]/g, (control) => ofWindows[control.charCodeAt(0) - 0x80]!);

/** The likely encoding of bytes that are not UTF-8, as iconv names it. */
export const likelyEncoding = (bytes: Buffer): string => utf16Of(bytes) ?? "WINDOWS-1252";
