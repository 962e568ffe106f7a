import { expect, test } from "vitest";
import { EncodingError } from "../../corpus/errors.ts";
import { likelyEncoding, utf16Of, windows1252Text } from "./encoding.ts";
import { SourceFile } from "./source-file.ts";

const swapped = (text: string): Buffer => Buffer.from(text, "utf16le").swap16();

test.each([
  ["a mark, little-endian", Buffer.from("\uFEFFZoë", "utf16le"), "UTF-16LE"],
  ["a mark, big-endian", swapped("\uFEFFZoë"), "UTF-16BE"],
  ["no mark, little-endian", Buffer.from("T1\tPER 0 3\tZoë", "utf16le"), "UTF-16LE"],
  ["no mark, big-endian", swapped("T1\tPER 0 3\tZoë"), "UTF-16BE"],
  ["UTF-8", Buffer.from("T1\tPER 0 3\tZoë"), undefined],
  ["zeros", Buffer.alloc(100), undefined],
])("UTF-16 is known: %s", (_, bytes, expected) => {
  expect(utf16Of(bytes)).toBe(expected);
});

test("Windows-1252 as the Encoding Standard maps it", () => {
  const letters = Array.from({ length: 256 }, (_, byte) => byte);
  const text = windows1252Text(Buffer.from(letters));
  expect(text).toHaveLength(256);
  expect(text.slice(0x80, 0xa1)).toBe("€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ\u00a0");
  expect(text.slice(0xfc)).toBe("üýþÿ");
});

test("an error names the likely encoding and the way to UTF-8", async () => {
  expect(likelyEncoding(Buffer.from("Zo\xeb", "latin1"))).toBe("WINDOWS-1252");
  async function* chunks(): AsyncGenerator<Buffer> {
    yield Buffer.from("T1\tPER 0 3\tZoë", "utf16le");
  }
  const opening = SourceFile.open("u.ann", { chunks: chunks() });
  await expect(opening).rejects.toBeInstanceOf(EncodingError);
  await expect(opening).rejects.toThrow(/^u\.ann: not valid UTF-8 but likely UTF-16LE\..*iconv -f UTF-16LE -t UTF-8/);
});
