import * as fc from "fast-check";
import { BPE, byteLevelPreTokenizer, Tokenizer } from "tokenizers";
import { describe, expect, test } from "vitest";
import { anyText } from "../../../test/support/any-text.ts";
import { tinyVocabFiles } from "../../../test/support/tiny-tokenizer.ts";
import { type BpeVocabulary, parseBpe } from "./bpe-files.ts";
import { byteAlphabet } from "./byte-alphabet.ts";
import { ByteLevelBpe } from "./byte-level-bpe.ts";
import { TokenizerFilesError } from "./tokenizer-files-error.ts";

const files = tinyVocabFiles();
const bpe = ByteLevelBpe.fromFiles(files);

test("special tokens are found by their strings", () => {
  const vocab: Record<string, number> = JSON.parse(files["vocab.json"]!);
  const swapped = ByteLevelBpe.fromFiles({
    ...files,
    "vocab.json": JSON.stringify({ ...vocab, "<s>": vocab["<mask>"], "<mask>": vocab["<s>"] }),
    "added_tokens.json": `{"<ent>": 699, "<ent2>": 698}`,
  });
  expect(bpe.specialTokenIds).toEqual({ cls: 0, pad: 1, sep: 2, unk: 3, mask: 697, ent: 698, ent2: 699 });
  expect(swapped.specialTokenIds).toEqual({ cls: 697, pad: 1, sep: 2, unk: 3, mask: 0, ent: 699, ent2: 698 });
  expect(bpe.vocabSize).toBe(700);
});

test("decoding gives the text back, and special strings in it stay text", () => {
  const special = new Set(Object.values(bpe.specialTokenIds));
  const texts = fc.array(
    fc.oneof(
      fc.string({ unit: "binary-ascii" }),
      fc.constantFrom("é", "e\u0301", "日本", "🙂", "\ufeff", "\u00a0", "\u0000"),
      fc.constantFrom("<s>", "<ent>", "<mask>", " <pad>"),
    ),
    {
      maxLength: 8,
    },
  );
  const property = (parts: string[]): void => {
    const text = parts.join("");
    const ids = bpe.encode(text);
    expect(bpe.decode(ids)).toBe(text);
    expect(ids.filter((id) => special.has(id))).toEqual([]);
  };
  fc.assert(fc.property(texts, property), { numRuns: 60 });
});

test("a lone surrogate is encoded as U+FFFD", () => {
  expect(bpe.decode(bpe.encode("a\ud800b"))).toBe("a\ufffdb");
});

test("an id that no token has", () => {
  expect(() => bpe.decode([700])).toThrow(RangeError);
});

test("ids are appended to those that are given", () => {
  const ids = [7];
  expect(bpe.encode("house", ids)).toBe(ids);
  expect(ids).toEqual([7, ...bpe.encode("house")]);
});

test("more words than are remembered", () => {
  const small = new ByteLevelBpe(parseBpe(files), { cacheLimit: 12 });
  for (const text of ["house", "teacher", "Leeds", "harbour and museum", "house", "Köln"]) {
    expect(small.encode(text)).toEqual(bpe.encode(text));
    expect(small.decode(small.encode(text))).toBe(text);
  }
});

describe("as Hugging Face's Rust tokenizers", () => {
  /** No special tokens are registered with it, so that a literal `<ent>` is ordinary text. */
  const rust = ({ vocab, merges }: BpeVocabulary): Tokenizer => {
    const tokenizer = new Tokenizer(BPE.init(Object.fromEntries(vocab), [...merges] as [string, string][]));
    tokenizer.setPreTokenizer(byteLevelPreTokenizer(false));
    return tokenizer;
  };
  const expectSame = async (vocabulary: BpeVocabulary, texts: readonly string[]): Promise<void> => {
    const encodings = await rust(vocabulary).encodeBatch([...texts], { addSpecialTokens: false });
    const ours = new ByteLevelBpe(vocabulary);
    // Twice: words that are new, and words that are remembered.
    for (let i = 0; i < 2; i++) {
      expect(texts.map((text) => ours.encode(text))).toEqual(encodings.map((encoding) => encoding.getIds()));
    }
  };

  test("any text", async () => {
    const vocabulary = parseBpe(files);
    await fc.assert(
      fc.asyncProperty(fc.array(anyText, { maxLength: 20 }), (texts) => expectSame(vocabulary, texts)),
      { numRuns: 100 },
    );
  });

  /** Merges that no training gives: in any order, of tokens made in several ways, twice, and of a byte that has no token. */
  const anyVocabulary: fc.Arbitrary<BpeVocabulary> = fc
    .tuple(fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 24 }), fc.array(fc.nat(), { maxLength: 24 }))
    .map(([choices, order]) => {
      const special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", "<ent>", "<ent2>"];
      const tokens = new Set(["a", "b", "c", ...byteAlphabet.filter((symbol) => symbol !== "d")]);
      const merges: (readonly [string, string])[] = [];
      const letters = ["a", "b", "c"];
      for (const [left, right] of choices) {
        const merge = [letters[left % letters.length]!, letters[right % letters.length]!] as const;
        merges.push(merge);
        letters.push(merge.join(""));
        tokens.add(merge.join(""));
      }
      for (const [i, place] of order.entries()) {
        if (merges.length > 0) merges.push(...merges.splice((i * place) % merges.length, 1));
      }
      return {
        vocab: new Map([...special, ...tokens].map((token, id) => [token, id])),
        merges,
        addedTokens: new Map(),
      };
    });

  test("any merges, in short and in long words", async () => {
    const word = fc.array(fc.constantFrom("a", "b", "c", "d", "ab", "abc"), { maxLength: 100 });
    const words = fc.array(
      fc.tuple(word, fc.constantFrom(1, 1, 30)).map(([parts, times]) => parts.join("").repeat(times)),
      { minLength: 1, maxLength: 5 },
    );
    await fc.assert(fc.asyncProperty(anyVocabulary, words, expectSame), { numRuns: 100 });
  });

  test("a word as long as a book", () => {
    const ids = bpe.encode("houseteacher".repeat(20_000));
    expect(ids.slice(0, 40)).toEqual(bpe.encode("houseteacher".repeat(10)).slice(0, 40));
    expect(bpe.decode(ids)).toHaveLength(240_000);
  });
});

describe("files", () => {
  test("come back as they were", () => {
    const again = ByteLevelBpe.fromFiles(bpe.files());
    expect(again.files()).toEqual(bpe.files());
    for (const [name, text] of Object.entries(bpe.files())) expect(text).toBe(files[name]);
  });

  test("line ends of Windows are the same merges", () => {
    const crlf = ByteLevelBpe.fromFiles({ ...files, "merges.txt": files["merges.txt"]!.replaceAll("\n", "\r\n") });
    expect(crlf.files()).toEqual(bpe.files());
  });

  test.each([
    ["vocab.json", undefined, "needs this file; found added_tokens.json"],
    ["vocab.json", "{", "no JSON"],
    ["vocab.json", "[1]", "a JSON object of names to ids"],
    ["vocab.json", `{"a": -1}`, 'found -1 for "a"'],
    ["vocab.json", `{"a": 1.5}`, 'found 1.5 for "a"'],
    ["vocab.json", `{"a": 0, "b": 0}`, "two tokens have the same id"],
    ["vocab.json", `{"a": 0}`, "special token <s>"],
    ["added_tokens.json", undefined, "special token <ent>"],
    ["merges.txt", undefined, "needs this file"],
    ["merges.txt", "Ġ t\n", 'first line "#version: 0.2", found "Ġ t"'],
    ["merges.txt", "#version: 0.2\nĠ t", "cut short"],
    ["merges.txt", "#version: 0.2\nĠ t\nĠ t e\n", 'found "Ġ t e" on line 3'],
    ["merges.txt", "#version: 0.2\nq qqq\n", 'does not fit vocab.json: its merge 1 is of "q" and "qqq"'],
  ])("%s: %j is refused", (name, text, message) => {
    const damaged = { ...files };
    delete damaged["sentences.txt"];
    if (text === undefined) delete damaged[name];
    else damaged[name] = text;
    if (name === "vocab.json") delete damaged["added_tokens.json"];
    if (text === undefined && name === "vocab.json") damaged["added_tokens.json"] = "{}";
    expect(() => ByteLevelBpe.fromFiles(damaged)).toThrow(TokenizerFilesError);
    expect(() => ByteLevelBpe.fromFiles(damaged)).toThrow(message);
  });
});
