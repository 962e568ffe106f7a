import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tinyVocabFiles } from "../../test/support/tiny-tokenizer.ts";
import { parseBpe } from "./bpe-files.ts";
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

test("decoding gives the text back, and special strings in it stay text", async () => {
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
  const property = async (parts: string[]): Promise<void> => {
    const text = parts.join("");
    const [ids] = await bpe.encodePieces([text]);
    expect(bpe.decode(ids!)).toBe(text);
    expect([...ids!].filter((id) => special.has(id))).toEqual([]);
  };
  await fc.assert(fc.asyncProperty(texts, property), { numRuns: 60 });
});

test("a lone surrogate is encoded as U+FFFD", async () => {
  expect(bpe.decode((await bpe.encodePieces(["a\ud800b"]))[0]!)).toBe("a\ufffdb");
});

test("an id that no token has", () => {
  expect(() => bpe.decode([700])).toThrow(RangeError);
});

test("equal texts are encoded once", async () => {
  const fresh = ByteLevelBpe.fromFiles(files);
  const [first, second, again] = await fresh.encodePieces(["house", "teacher", "house"]);
  expect(again).toBe(first);
  const [later, other] = await fresh.encodePieces(["house", "Leeds"]);
  expect(later).toBe(first);
  expect([first, second, other].map((ids) => fresh.decode(ids!))).toEqual(["house", "teacher", "Leeds"]);
});

test("calls at the same time, with more text than is remembered, each get their answer", async () => {
  const small = new ByteLevelBpe(parseBpe(files), { cacheLimit: 12 });
  const texts = ["house", "teacher", "Leeds", "harbour and museum", "house", "Köln"];
  const calls = await Promise.all([small.encodePieces(texts), small.encodePieces(texts.toReversed())]);
  expect(calls.map((ids) => ids.map((piece) => small.decode(piece)))).toEqual([texts, texts.toReversed()]);
  expect(calls[0]).toEqual(await bpe.encodePieces(texts));
});

describe("files", () => {
  test("come back as they were", () => {
    const again = ByteLevelBpe.fromFiles(bpe.files());
    expect(again.files()).toEqual(bpe.files());
    for (const [name, text] of Object.entries(bpe.files())) expect(text).toBe(files[name]);
  });

  test("line ends of Windows are the same merges", async () => {
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
    ["merges.txt", "#version: 0.2\nq qqq\n", "does not fit vocab.json"],
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
