import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { CheckpointError } from "./checkpoint-error.ts";
import { openSafetensors } from "./weights/safetensors/read.ts";
import { UsageError } from "../errors.ts";
import { pairHead } from "./heads/pair-head.ts";
import { SentencePiece } from "../tokenization/tokenizers/sentencepiece.ts";
import { tinyVocabFolder } from "../../test/support/tiny-tokenizer.ts";
import { openCheckpoint } from "./checkpoint.ts";
import { exportModel } from "./export.ts";
import { newFolder, modelFolder, texts, expectedLogits, difference } from "../../test/support/tiny-models.ts";

let folder: string;

beforeAll(async () => {
  folder = await modelFolder(pairHead);
});

describe("safetensors", () => {
  test("in float32 is the model again, to the bit", async () => {
    const output = newFolder();
    await exportModel(folder, output, { format: "safetensors", dtype: "float32" });
    expect(readdirSync(output).sort()).toEqual(readdirSync(folder).sort());
    const exported = await openCheckpoint(output, { complete: true });
    const original = await openCheckpoint(folder, { complete: true });
    expect(exported.weights).toEqual(original.weights);
    expect(exported.manifest?.step).toBe(7);
  });

  test("keeps the encoding, the schema and its thresholds", async () => {
    const rule = { count: 3, types: [["VERB", "TIME", 3] as const], symmetric: false, inverse: null };
    const schema = {
      multiLabel: true,
      relations: { DO_WHEN: rule },
      candidates: "schema" as const,
      maxPairs: 20,
      maxDistance: 100,
      thresholds: { DO_WHEN: 0.25 },
    };
    const output = newFolder();
    const document = await modelFolder(pairHead, undefined, { encoding: "document", schema });
    await exportModel(document, output, { format: "safetensors", dtype: "float16" });
    expect((await openCheckpoint(output)).manifest).toMatchObject({ task: { encoding: "document", schema } });
  });

  test("in float16 opens again; numbers that float16 has stay as they are", async () => {
    const representable = await modelFolder(pairHead, (weights) => {
      weights.get("classifier.weight")!.data.set([0.5, -1.25, 65504, 2 ** -24, 1 + 2 ** -10, 1 + 2 ** -11]);
    });
    const output = newFolder();
    await exportModel(representable, output, { format: "safetensors", dtype: "float16" });
    const file = await openSafetensors(join(output, "model.safetensors"));
    expect(file.names.map((name) => file.info(name).dtype)).toEqual(file.names.map(() => "F16"));
    await file.close();
    const { weights } = await openCheckpoint(output);
    const { data } = weights.get("classifier.weight")!;
    expect(Array.from(data.subarray(0, 6))).toEqual([0.5, -1.25, 65504, 2 ** -24, 1 + 2 ** -10, 1]);
    expect(JSON.parse(readFileSync(join(output, "config.json"), "utf8"))).toMatchObject({ torch_dtype: "float16" });

    const plain = newFolder();
    await exportModel(folder, plain, { format: "safetensors", dtype: "float16" });
    const away = difference(await expectedLogits(plain, texts), await expectedLogits(folder, texts));
    expect(away).toBeLessThan(1e-2);
  });

  test("names the weight that is too large for float16, and writes none", async () => {
    const large = await modelFolder(pairHead, (weights) => weights.get("classifier.weight")!.data.set([1, 65520], 3));
    const output = newFolder();
    const refused = exportModel(large, output, { format: "safetensors", dtype: "float16" });
    await expect(refused).rejects.toThrow(CheckpointError);
    await expect(refused).rejects.toThrow(/"classifier.weight".* found 65520 at 4/);
    expect(readdirSync(output)).toEqual([]);
  });

  test("of transformers' torch folder leaves torch's file and the entities that are not special", async () => {
    const source = newFolder();
    copyFileSync(join(tinyVocabFolder, "sentences.txt"), join(source, "sentences.txt"));
    // No more ids than the 20 rows of the checkpoint's table.
    const normal = Array.from("abcdefghijkl").map((piece) => ({ piece, score: -1, type: "normal" }) as const);
    const words = new SentencePiece({
      pieces: [
        { piece: "<unk>", score: 0, type: "unknown" },
        { piece: "<s>", score: 0, type: "control" },
        { piece: "</s>", score: 0, type: "control" },
        ...normal,
      ],
      charsmap: new Uint8Array(),
      addDummyPrefix: true,
      removeExtraWhitespaces: true,
    });
    for (const [name, content] of Object.entries(words.files())) writeFileSync(join(source, name), content);
    const torch = join(import.meta.dirname, "../../test/oracle/torch/pair");
    for (const name of readdirSync(torch)) copyFileSync(join(torch, name), join(source, name));
    writeFileSync(join(source, "entity_vocab.json"), '{"[MASK]":0,"[UNK]":1,"Ada":2,"[PAD]":3,"Bo":4,"[MASK2]":5}');
    writeFileSync(join(source, ".hidden"), "not to be copied");
    const output = newFolder();
    await exportModel(source, output, { format: "safetensors", dtype: "float32" });
    expect(readdirSync(output)).not.toContain("pytorch_model.bin");
    expect(readdirSync(output)).not.toContain(".hidden");
    expect(readdirSync(output)).not.toContain("relata.json");
    expect(readdirSync(output)).toContain("sentences.txt");
    expect(JSON.parse(readFileSync(join(output, "entity_vocab.json"), "utf8"))).toEqual({
      "[MASK]": 0,
      "[UNK]": 1,
      "[PAD]": 2,
      "[MASK2]": 3,
    });
    const file = JSON.parse(readFileSync(join(output, "config.json"), "utf8")) as object;
    expect(file).toMatchObject({ entity_vocab_size: 4, torch_dtype: "float32", classifier_dropout: null });
    const former = (await openCheckpoint(source, { complete: true })).weights;
    expect((await openCheckpoint(output, { complete: true })).weights).toEqual(former);
  });

  test("refuses sizes, and a folder that is not empty", async () => {
    const options = { format: "safetensors", dtype: "float32" } as const;
    await expect(exportModel(folder, newFolder(), { ...options, words: 12 })).rejects.toThrow(UsageError);
    await expect(exportModel(folder, folder, options)).rejects.toThrow(/not empty/);
  });
});
