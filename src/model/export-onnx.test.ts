import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { InferenceSession } from "onnxruntime-node";
import { beforeAll, describe, expect, test } from "vitest";
import { toFloat16 } from "./weights/float16.ts";
import { entityHead } from "./heads/entity-head.ts";
import { pairHead } from "./heads/pair-head.ts";
import type { Encoding } from "../tokenization/inputs/encoding.ts";
import { openCheckpoint } from "./checkpoint.ts";
import { exportModel } from "./export.ts";
import { requireExportable, writeOnnx } from "./export-onnx.ts";
import { openOnnx, runOnnx } from "../../test/support/onnx-runs.ts";
import {
  labels,
  tokenizer,
  newFolder,
  modelFolder,
  text,
  texts,
  expectedLogits,
  difference,
} from "../../test/support/tiny-models.ts";

/** Runs the graph on inputs in int64, as the tokenizers of transformers give them. */
async function onnxLogits(session: InferenceSession, encodings: readonly Encoding[]): Promise<number[]> {
  const { data, dims } = (await runOnnx(session, encodings, tokenizer.padding)).get("logits")!;
  expect(dims).toEqual([encodings.length, labels.length]);
  return [...data];
}

let folder: string;
beforeAll(async () => {
  folder = await modelFolder(pairHead);
});

describe("onnx", () => {
  test("gives the logits of a prediction session, for texts alone and padded to one another", async () => {
    const output = newFolder();
    const files = await exportModel(folder, output, { format: "onnx", dtype: "float32" });
    expect(files.map(({ name }) => name)).toEqual(readdirSync(output).sort());
    expect(files.map(({ name }) => name)).toEqual(
      ["config.json", "model.onnx", "model.onnx.json", "tokenizer.json", ...Object.keys(tokenizer.files())].sort(),
    );
    const session = await openOnnx(output);
    const expected = await expectedLogits(folder, texts);
    expect(difference(await onnxLogits(session, texts), expected)).toBeLessThan(1e-5);
    for (const [i, alone] of texts.entries()) {
      const row = expected.slice(i * labels.length, (i + 1) * labels.length);
      expect(difference(await onnxLogits(session, [alone]), row)).toBeLessThan(1e-5);
    }
    // A third entity, which the head does not read but attention does, so that slots are padded as well.
    const mixed = [text(10, [1], [3, 4], [6, 7, 8]), texts[1]!];
    expect(difference(await onnxLogits(session, mixed), await expectedLogits(folder, mixed))).toBeLessThan(1e-5);
    expect(session.inputMetadata.map((input) => [input.name, input.isTensor && input.shape])).toEqual([
      ["input_ids", ["batch", "words"]],
      ["attention_mask", ["batch", "words"]],
      ["entity_ids", ["batch", "entities"]],
      ["entity_attention_mask", ["batch", "entities"]],
      ["entity_position_ids", ["batch", "entities", "mention"]],
    ]);
    await session.release();
  });

  test("with fixed sizes has these and no others", async () => {
    const output = newFolder();
    await exportModel(folder, output, { format: "onnx", dtype: "float32", batchSize: 3, words: 12, mention: 3 });
    const session = await openOnnx(output);
    expect(session.inputMetadata.map((input) => input.isTensor && input.shape)).toEqual([
      [3, 12],
      [3, 12],
      [3, 2],
      [3, 2],
      [3, 2, 3],
    ]);
    expect(session.outputMetadata.map((value) => value.isTensor && value.shape)).toEqual([[3, labels.length]]);
    expect(difference(await onnxLogits(session, texts), await expectedLogits(folder, texts))).toBeLessThan(1e-5);
    await expect(onnxLogits(session, texts.slice(1))).rejects.toThrow(/dimensions/);
    await session.release();
  });

  test("may fix some sizes and leave the others", async () => {
    const output = newFolder();
    await exportModel(folder, output, { format: "onnx", dtype: "float32", words: 12 });
    const session = await openOnnx(output);
    expect(session.inputMetadata.map((input) => input.isTensor && input.shape)[4]).toEqual(["batch", 2, "mention"]);
    expect(difference(await onnxLogits(session, texts), await expectedLogits(folder, texts))).toBeLessThan(1e-5);
    await session.release();
  });

  test("of a classifier of single entities reads the first", async () => {
    const entities = await modelFolder(entityHead);
    const output = newFolder();
    await exportModel(entities, output, { format: "onnx", dtype: "float32" });
    const session = await openOnnx(output);
    expect(difference(await onnxLogits(session, texts), await expectedLogits(entities, texts))).toBeLessThan(1e-5);
    await session.release();
  });

  test("in float16 has half the weights and nearly the same logits", async () => {
    const output = newFolder();
    const halved = await exportModel(folder, output, { format: "onnx", dtype: "float16" });
    const sizeOf = (files: readonly { name: string; bytes: number }[]): number =>
      files.find(({ name }) => name === "model.onnx")!.bytes;
    const full = newFolder();
    const whole = await exportModel(folder, full, { format: "onnx", dtype: "float32" });
    expect(sizeOf(whole) - sizeOf(halved)).toBeGreaterThan(20_000);
    const session = await openOnnx(output);
    const away = difference(await onnxLogits(session, texts), await expectedLogits(folder, texts));
    expect(away).toBeGreaterThan(0);
    expect(away).toBeLessThan(1e-2);
    // The same rounding as in safetensors.
    const rounded = newFolder();
    await exportModel(folder, rounded, { format: "safetensors", dtype: "float16" });
    expect(difference(await onnxLogits(session, texts), await expectedLogits(rounded, texts))).toBeLessThan(1e-5);
    await session.release();
  });

  test.each(["float32", "float16"] as const)("large %s weights stand beside the graph", async (dtype) => {
    const [output, whole] = [newFolder(), newFolder()];
    await exportModel(folder, whole, { format: "onnx", dtype });
    const checkpoint = await openCheckpoint(folder);
    const weights = dtype === "float16" ? toFloat16(checkpoint.weights, folder) : checkpoint.weights;
    await writeOnnx(output, checkpoint, weights, { maxEmbeddedBytes: 1000 });
    const size = (folder: string, name: string): number => readFileSync(join(folder, name)).length;
    expect(size(output, "model.onnx.data")).toBeGreaterThan(size(whole, "model.onnx") - size(output, "model.onnx"));
    expect(size(output, "model.onnx")).toBeLessThan(size(whole, "model.onnx") - 20_000);
    expect(existsSync(join(whole, "model.onnx.data"))).toBe(false);
    const [outer, inner] = [await openOnnx(output), await openOnnx(whole)];
    expect(await onnxLogits(outer, texts)).toEqual(await onnxLogits(inner, texts));
    await outer.release();
    await inner.release();
  });

  test("with fixed sizes of documents has these", async () => {
    const document = await modelFolder(pairHead, undefined, { encoding: "document" });
    const output = newFolder();
    const sizes = { batchSize: 1, words: 12, mention: 3, entities: 4, pairs: 6 };
    await exportModel(document, output, { format: "onnx", dtype: "float32", ...sizes });
    const session = await openOnnx(output);
    const shapes = [...session.inputMetadata, ...session.outputMetadata].map((value) => value.isTensor && value.shape);
    expect(shapes).toEqual([[1, 12], [1, 12], [1, 4], [1, 4], [1, 4, 3], [6, 2], [6, labels.length]]); // prettier-ignore
    await session.release();
  });

  test("refuses what cannot be exported", async () => {
    const onnx = { format: "onnx", dtype: "float32" } as const;
    await expect(exportModel(folder, newFolder(), { ...onnx, words: 29 })).rejects.toThrow(/28 words at most/);
    await expect(exportModel(folder, newFolder(), { ...onnx, batchSize: 0 })).rejects.toThrow(/batchSize .* found 0/);
    await expect(exportModel(folder, newFolder(), { ...onnx, pairs: 2 })).rejects.toThrow(
      /Cannot fix the size of pairs .* inputs are input_ids, .*, entity_position_ids, and none of them has that axis/,
    );
    const document = await modelFolder(pairHead, undefined, { encoding: "document" });
    for (const model of [folder, document])
      await expect(exportModel(model, newFolder(), { ...onnx, entities: 1 })).rejects.toThrow(
        /size of entities .* expected 2 or more, .* about a pair, found 1/,
      );
    const checkpoint = await openCheckpoint(folder);
    const encoder = { ...checkpoint.encoder, exportInputs: undefined } as unknown as typeof checkpoint.encoder;
    expect(() => requireExportable({ ...checkpoint, encoder }, {})).toThrow(/found luke\. Export it to safetensors/);
  });
});
