import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PredictionSession, classifierParameters, formatLukeConfig } from "../../test/support/luke.ts";
import { CheckpointError } from "./checkpoint-error.ts";
import { toFloat16 } from "./weights/float16.ts";
import { saveModelFolder } from "./folder.ts";
import { openSafetensors } from "./weights/safetensors/read.ts";
import { UsageError } from "../errors.ts";
import { type LukeConfig } from "../model/encoders/luke/config.ts";
import { entityHead } from "../model/heads/entity-head.ts";
import type { Head } from "../model/heads/head.ts";
import { pairHead, pairHeads } from "../model/heads/pair-head.ts";
import { initializeWeights, type Weights } from "../nn/parameters.ts";
import { spanHead } from "../model/heads/span-head.ts";
import { collate } from "../tokenization/inputs/collate.ts";
import type { Encoding } from "../tokenization/inputs/encoding.ts";
import { SentencePiece } from "../tokenization/tokenizers/sentencepiece.ts";
import { tinyTokenizer, tinyVocabFolder } from "../../test/support/tiny-tokenizer.ts";
import { openCheckpoint } from "./checkpoint.ts";
import { exportModel } from "./export.ts";
import { writeOnnx } from "./export-onnx.ts";
import { manifestFacts } from "../../test/support/manifest-facts.ts";

const labels = ["NO_REL", "WHO_DO", "DO_WHEN"];
const tokenizer = tinyTokenizer();
const config: LukeConfig = {
  vocabSize: tokenizer.words.vocabSize,
  entityVocabSize: tokenizer.entityVocab.size,
  hiddenSize: 16,
  entityEmbSize: 8,
  numHiddenLayers: 2,
  numAttentionHeads: 2,
  intermediateSize: 24,
  hiddenDropoutProb: 0.1,
  attentionProbsDropoutProb: 0.1,
  maxPositionEmbeddings: 30,
  typeVocabSize: 1,
  initializerRange: 0.3,
  layerNormEps: 1e-5,
  useEntityAwareAttention: true,
  padTokenId: 1,
};
const manifest = manifestFacts(labels, { maxLength: 28, step: 7 });

const root = mkdtempSync(join(tmpdir(), "relata-export-"));
afterAll(() => rmSync(root, { recursive: true }));
const newFolder = (): string => mkdtempSync(join(root, "model-"));

async function modelFolder(
  head: Head,
  change: (weights: Weights) => void = () => {},
  task: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const folder = newFolder();
  const weights = initializeWeights(classifierParameters(head, config, labels.length), config, 3);
  change(weights);
  const files = {
    ...tokenizer.files(),
    "config.json": formatLukeConfig(config, labels, head.name),
    "README.md": "---\nlibrary_name: relata\n---\n",
  };
  await saveModelFolder(folder, { files, weights, manifest: { ...manifest, task: { ...manifest.task, ...task } } });
  return folder;
}

const { mask, mask2 } = tokenizer.entityVocab.specialEntityIds;
/** A text of `words` tokens, its ids a pattern, with mentions of these positions. */
const text = (words: number, ...mentions: number[][]): Encoding => ({
  inputIds: Int32Array.from({ length: words }, (_, i) => (i === 0 ? 0 : i === words - 1 ? 2 : 10 + ((i * i) % 40))),
  entityIds: Int32Array.from(mentions, (_, i) => (i === 0 ? mask : mask2)),
  entityPositionIds: mentions.map((positions) => Int32Array.from(positions)),
  pairs: mentions.length > 1 ? [[0, 1]] : [],
  truncated: false,
  mentionCut: false,
});
const texts = [text(12, [1, 2, 3], [6, 7]), text(7, [4], [1, 2, 3]), text(9, [5, 6, 7], [2])];

async function expectedLogits(folder: string, encodings: readonly Encoding[]): Promise<number[]> {
  const { config, id2label, weights, tokenizer, head } = await openCheckpoint(folder);
  const session = await PredictionSession.create(config, id2label.length, weights, tokenizer.padding, {
    head,
    intraOpNumThreads: 1,
  });
  const logits = await session.logits(encodings, { batchSize: 1 });
  await session.dispose();
  return logits.flatMap((row) => [...row]);
}

const openOnnx = (folder: string): Promise<InferenceSession> =>
  InferenceSession.create(join(folder, "model.onnx"), { intraOpNumThreads: 1, logSeverityLevel: 3 });

/** What the tokenizers of transformers give, as int64. */
async function onnxLogits(session: InferenceSession, encodings: readonly Encoding[]): Promise<number[]> {
  const batch = collate(encodings, tokenizer.padding);
  const int64 = (data: ArrayLike<number>, ...dims: number[]): Tensor =>
    new Tensor("int64", BigInt64Array.from(Array.from(data), BigInt), dims);
  const { logits } = await session.run({
    input_ids: int64(batch.inputIds, batch.batch, batch.words),
    attention_mask: int64(batch.attentionMask, batch.batch, batch.words),
    entity_ids: int64(batch.entityIds, batch.batch, batch.entities),
    entity_attention_mask: int64(batch.entityAttentionMask, batch.batch, batch.entities),
    entity_position_ids: int64(batch.entityPositionIds, batch.batch, batch.entities, batch.mention),
  });
  expect(logits!.dims).toEqual([encodings.length, labels.length]);
  return [...(logits!.data as Float32Array)];
}

const difference = (a: readonly number[], b: readonly number[]): number => {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
};

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
      ["config.json", "model.onnx", ...Object.keys(tokenizer.files())].sort(),
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

  test("refuses what cannot be exported", async () => {
    const spans = await modelFolder(spanHead);
    const onnx = { format: "onnx", dtype: "float32" } as const;
    await expect(exportModel(spans, newFolder(), onnx)).rejects.toThrow(/LukeForEntitySpanClassification/);
    const document = await modelFolder(pairHead, undefined, { encoding: "document" });
    await expect(exportModel(document, newFolder(), onnx)).rejects.toThrow(
      /found document encoding, which .* Export it to safetensors, or train with --encoding pair\.$/,
    );
    const distance = await modelFolder(pairHeads.distance, undefined, { pairFeatures: "distance" });
    await expect(exportModel(distance, newFolder(), onnx)).rejects.toThrow(/found pairs classified by distance too/);
    await expect(exportModel(folder, newFolder(), { ...onnx, words: 29 })).rejects.toThrow(/28 words at most/);
    await expect(exportModel(folder, newFolder(), { ...onnx, batchSize: 0 })).rejects.toThrow(/batchSize .* found 0/);
  });
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
