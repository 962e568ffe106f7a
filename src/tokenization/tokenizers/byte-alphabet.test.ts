import { byteLevelAlphabet } from "tokenizers";
import { expect, test } from "vitest";
import { byteAlphabet, decodeByteLevel } from "./byte-alphabet.ts";

test("the symbols are those of Hugging Face's tokenizers", () => {
  expect([...byteAlphabet].sort()).toEqual(byteLevelAlphabet().sort());
  expect([0x20, 0x0a, 0x09, 0x41, 0xad].map((byte) => byteAlphabet[byte])).toEqual(["Ġ", "Ċ", "ĉ", "A", "\u0143"]);
});

test("decoding joins the bytes of neighbours and keeps a byte order mark", () => {
  expect(decodeByteLevel(["Ã", "©", "Ġa"])).toBe("é a");
  expect(decodeByteLevel(["Ã", "Ġa"])).toBe("\ufffd a");
  expect(decodeByteLevel(Array.from(Buffer.from("\ufeffa"), (byte) => byteAlphabet[byte]!))).toBe("\ufeffa");
});
