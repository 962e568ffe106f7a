import { lower } from "./onnx/lower.ts";
import { beginReading, type OpenedFiles, type CheckpointOptions } from "./model/checkpoint-source.ts";
import { parseManifest, type RelataManifest } from "./model/manifest.ts";
import { Scorer } from "./model/scorer.ts";
import { sourceOf } from "./model/weights/byte-source.ts";
import { unpacked } from "./model/weights/packed/unpacked.ts";
import { readSafetensors } from "./model/weights/safetensors/read-source.ts";
import { InputMissingError } from "./errors.ts";
import type { InferenceSession } from "./runtime/session.ts";
import type { TokenizerFiles } from "./tokenization/tokenizers/tokenizer-files.ts";

/**
 * The library without Node: everything that a prediction needs, for bundlers. It reads no file and runs no graph; a
 * program hands in the bytes of a model's files and a function that makes sessions (docs/browser.md).
 */
export { openSchema, type RelationSchema } from "./corpus/schema.ts";
export { decodePairs, type DecodedPair } from "./evaluation/decoding.ts";
export { Scorer } from "./model/scorer.ts";
export type { InferenceSession } from "./runtime/session.ts";
export type { TensorValue } from "./runtime/values.ts";
export { encodeDocument } from "./tokenization/inputs/document-encoding.ts";
export { encodePairs } from "./tokenization/inputs/pair-encoding.ts";

/** The files of a model folder, by name: text as strings, weights and sentencepiece models as bytes. */
export type ModelFiles = Readonly<Record<string, string | Uint8Array>>;

/** Makes a session of a graph, which is the bytes of an ONNX file without weights: these are fed at every run. */
export type CreateSession = (model: Uint8Array) => Promise<InferenceSession>;

/** A classifier in memory, ready to score encodings. */
export interface Classifier extends Omit<OpenedFiles, "folder" | "weights"> {
  readonly manifest: RelataManifest | null;
  readonly scorer: Scorer;
}

const weightsName = "model.safetensors";

/**
 * Opens a classifier from the contents of its files: config.json, model.safetensors, the tokenizer's, and relata.json if
 * there is one.
 * @throws CheckpointError naming what is missing, damaged or of another shape than config.json says
 */
export async function openClassifier(
  files: ModelFiles,
  createSession: CreateSession,
  options: CheckpointOptions = {},
): Promise<Classifier> {
  const text = (name: string): string => {
    const content = files[name];
    if (typeof content === "string") return content;
    throw new InputMissingError(
      `Cannot open the model: ${name} is ${content ? "given as bytes, not text" : "missing"}.`,
    );
  };
  const bytes = files[weightsName];
  if (!(bytes instanceof Uint8Array)) {
    throw new InputMissingError(
      `Cannot open the model: ${weightsName} is ${bytes ? "given as text, not bytes" : "missing"}.`,
    );
  }
  const manifest =
    files["relata.json"] === undefined
      ? null
      : parseManifest(JSON.parse(text("relata.json")) as Record<string, unknown>, "relata.json");
  const weights = await unpacked(await readSafetensors(sourceOf(bytes), bytes.byteLength, weightsName));
  const { folder: _, ...opening } = await beginReading(
    {
      folder: "the model",
      manifest,
      weights,
      readText: (name) => Promise.resolve(text(name)),
      tokenizerFiles: () => Promise.resolve(files satisfies TokenizerFiles),
      close: () => weights.close(),
    },
    options,
  );
  const { encoder, config, head, id2label, tokenizer } = opening;
  const scorer = await Scorer.create(
    { encoder, config, head, numLabels: id2label.length },
    opening.weights,
    tokenizer.padding,
    { compile: (graph, { initializers }) => createSession(lower(graph, initializers && { initializers })) },
  );
  return { ...opening, scorer };
}
