import { describe, expect, test } from "vitest";
import { tinyMlukeFiles } from "../../../test/support/tiny-tokenizer.ts";
import { parseCharsmap } from "./charsmap.ts";
import { parseSentencePiece } from "./sentencepiece-file.ts";
import { TokenizerFilesError } from "./tokenizer-files-error.ts";

const model = parseSentencePiece("a.model", tinyMlukeFiles()["sentencepiece.bpe.model"] as Uint8Array);
const bytes = model.charsmap;
const charsmap = parseCharsmap("a.model", bytes);

test("NMT-NFKC: the longest rule counts, and what has no rule stays", () => {
  expect(charsmap.normalizedParts("ﬁx")).toEqual(["fi", "x"]);
  expect(charsmap.normalizedParts("２０\u00a0㎏\t")).toEqual(["2", "0", " ", "kg", " "]);
  expect(charsmap.normalizedParts("a\u0302\u0300")).toEqual(["ầ"]);
  expect(charsmap.normalizedParts("e\u0301\u0323")).toEqual(["é", "\u0323"]);
  // As tokenizers 0.22 does it: the shortest rule of a short grapheme, whose rest is lost.
  expect(charsmap.graphemeParts("z\u0323\u0307a\u0302\u0300")).toEqual(["ẓ", "â"]);
  expect(charsmap.normalizedParts("a\u0001\u200b👩")).toEqual(["a", "", " ", "👩"]);
});

test("lone surrogates are U+FFFD", () => {
  expect(charsmap.normalizedParts("a\ud800")).toEqual(charsmap.normalizedParts("a\ufffd"));
  expect(parseCharsmap("a.model", new Uint8Array()).normalizedParts("a\ud800")).toEqual(["a", "\ufffd"]);
});

test("no rules leave every character", () => {
  expect(parseCharsmap("a.model", new Uint8Array()).normalizedParts("ﬁ 𝔘")).toEqual(["ﬁ", " ", "𝔘"]);
});

describe("hostile bytes are refused, or give some text in bounded time", () => {
  test.each([
    ["too short", Uint8Array.of(4, 0, 0)],
    ["longer than there is", Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0, 0)],
    ["an array of no unit", Uint8Array.of(0, 0, 0, 0, 1, 1, 1, 1, 0)],
    ["a unit of three bytes", Uint8Array.of(3, 0, 0, 0, 1, 1, 1, 0, 0)],
    ["no replacement", Uint8Array.of(4, 0, 0, 0, 0, 0, 0, 0)],
    ["a replacement without end", Uint8Array.of(4, 0, 0, 0, 0, 0, 0, 0, 65)],
    ["a leaf beyond the array", Uint8Array.of(4, 0, 0, 0, 0, 5, 0, 0, 0)],
    ["cut short", bytes.subarray(0, bytes.length - 1)],
  ])("%s", (_, damaged) => {
    expect(() => parseCharsmap("a.model", damaged)).toThrow(TokenizerFilesError);
    expect(() => parseCharsmap("a.model", damaged)).toThrow(
      "a.model: cannot open the tokenizer: its precompiled_charsmap",
    );
  });

  test("bytes turned over in the array", () => {
    const text = "ﬁ ２０ a\u0302\u0300 カ\u3099 \u0001 👩‍🏫 المعلمة";
    let refused = 0;
    for (let at = 4; at < 40_000; at += 307) {
      const damaged = bytes.slice();
      damaged[at] = 255 - damaged[at]!;
      try {
        expect(parseCharsmap("a.model", damaged).normalizedParts(text).length).toBeLessThanOrEqual(
          Array.from(text).length,
        );
      } catch (error) {
        expect(error).toBeInstanceOf(TokenizerFilesError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(0);
  });
});
