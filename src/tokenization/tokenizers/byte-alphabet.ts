const isPrintable = (byte: number): boolean =>
  (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;

/**
 * The printable character that stands for each byte in a byte-level vocabulary (GPT-2, Radford et al. 2019):
 * printable Latin-1 stands for itself, the other 68 bytes become U+0100 and following, so that a space is U+0120.
 */
export const byteAlphabet: readonly string[] = (() => {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isPrintable(byte) ? byte : next++));
})();

const byteOf: ReadonlyMap<string, number> = new Map(byteAlphabet.map((symbol, byte) => [symbol, byte]));

const encoder = new TextEncoder();

/** The symbols of the bytes of a text; lone surrogates, which are not text, become U+FFFD. */
export const encodeByteLevel = (text: string): string =>
  Array.from(encoder.encode(text), (byte) => byteAlphabet[byte]!).join("");

/** The text of a run of byte-level tokens; bytes that are not UTF-8 become U+FFFD. */
export function decodeByteLevel(tokens: Iterable<string>): string {
  const bytes: number[] = [];
  for (const token of tokens) for (const symbol of token) bytes.push(byteOf.get(symbol)!);
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(bytes));
}
