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

/** The likely encoding of bytes that are not UTF-8, as iconv names it. */
export const likelyEncoding = (bytes: Buffer): string => utf16Of(bytes) ?? "WINDOWS-1252";
