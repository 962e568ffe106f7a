import { formatShape } from "../autodiff/dims.ts";
import { CheckpointError } from "./checkpoint-error.ts";
import { type ModelConfig, parseModelConfig } from "../model/config-file.ts";
import { type Encoder, type EncoderConfig, type EncoderTokenizer, openedEncoder } from "../model/encoders/encoder.ts";
import type { Keys } from "../model/encoders/keys.ts";
import type { RelataManifest } from "./manifest.ts";
import type { Model } from "./model.ts";
import type { TensorFile } from "./weights/tensor-file.ts";
import type { TokenizerFiles } from "../tokenization/tokenizers/tokenizer-files.ts";
import { readWeights } from "./weights/read-weights.ts";
import { classifierParameters } from "../model/classifier.ts";
import { withBias, type Head } from "../model/heads/head.ts";
import { pairHead } from "../model/heads/pair-head.ts";
import { heads, headsOf, isHeadTensor } from "../model/heads/heads.ts";
import { withLoraParameters, type Lora } from "../nn/lora.ts";
import { initializeWeights, type ParameterSpec, type Weights } from "../nn/parameters.ts";

/** A model, and the facts of the files that it was read from, of Relata or of transformers. */
export interface OpenedFiles<Values = Weights> extends Model<Values> {
  readonly folder: string;
  /** The relata.json; null for a folder that transformers wrote. */
  readonly manifest: RelataManifest | null;
  readonly id2label: readonly string[];
  readonly isMultiLabel: boolean;
  /** The adapter, if its matrices are apart. */
  readonly lora?: Lora | undefined;
}

/** A model whose weights are still being read; their promise must be awaited, so that no file stays open. */
export type OpeningFiles = OpenedFiles<Promise<Weights>>;

export interface CheckpointOptions {
  /** The head of the new model; if absent, that of config.json's architecture. */
  readonly head?: Head;
  /** The labels of the new model; if they differ from the file's, the classifier starts anew. */
  readonly id2label?: readonly string[];
  /** The seed of a classifier that starts anew. */
  readonly seed?: number;
  /** Whether weights that no answer depends on (the pooler) are read too, for a model that will be saved again. */
  readonly complete?: boolean;
}

/** The files of a model, in a folder or in memory. */
export interface CheckpointSource {
  /** The name of the model in errors. */
  readonly folder: string;
  /** The relata.json; null for a model that transformers wrote. */
  readonly manifest: RelataManifest | null;
  /** The head that the task of relata.json has, if the architecture in config.json does not name it. */
  readonly storedHead: Head | undefined;
  readonly weights: TensorFile;
  /** The adapter, if its matrices are read apart from those of its base. */
  readonly lora?: Lora | undefined;
  /** Opens sizes and tokenizer, if others may have opened the same; `openedEncoder` if absent. */
  readonly openEncoder?: typeof openedEncoder | undefined;
  /** False for an adapter of PEFT with the config.json of its base, which names other labels; true if absent. */
  readonly hasOwnConfig?: boolean;
  readText(name: string): Promise<string>;
  tokenizerFiles(): Promise<TokenizerFiles>;
  close(): Promise<void>;
}

/**
 * Opens the files of a model, and closes them once the weights are read, or before it throws.
 * @throws CheckpointError naming what is missing, damaged or of another shape than config.json says
 */
export async function beginReading(folder: CheckpointSource, options: CheckpointOptions = {}): Promise<OpeningFiles> {
  const path = folder.folder;
  let reading: Promise<Weights> | undefined;
  try {
    const parsed = parseModelConfig(await folder.readText("config.json"), `${path}/config.json`);
    const { encoder } = parsed;
    const open = folder.openEncoder ?? openedEncoder;
    const opened = open(encoder, parsed.config, await folder.tokenizerFiles());
    const { config, tokenizer, rows } = opened;
    const fileLabels = folder.manifest?.labels.id2label ?? labelsOf(folder, parsed.id2label);
    const id2label = options.id2label ?? fileLabels;
    const wanted = options.head ?? headOf(parsed, folder);
    const [first] = wanted.parameters(config, id2label.length);
    const keepsClassifier = folder.weights.has(first!.name) && sameLabels(id2label, fileLabels);
    const head = keepsClassifier && folder.weights.has("classifier.bias") ? withBias(wanted) : wanted;
    const { lora } = folder;
    const all = classifierParameters({ encoder, config, head, numLabels: id2label.length, lora });
    const specs = options.complete ? all : all.filter(({ trainable }) => trainable !== false);

    const names = keepsClassifier ? folder.weights.names : folder.weights.names.filter((name) => !isHeadTensor(name));
    const keys = encoder.keys(names, specs);
    const fresh = specs.filter(
      ({ name, trainable }) => keys.missing.includes(name) && isReplaceable(name, trainable, options),
    );
    requireAll(path, keys, fresh);
    requireUsed(path, encoder, keys);
    requireRows(path, tokenizer, parsed.config);
    const whole = withLoraParameters(encoder.parameters(parsed.config), lora);
    const wholeShapes = new Map(whole.map(({ name, shape }) => [name, shape]));
    const stored = specs.flatMap((spec) => {
      const source = keys.source(spec.name);
      if (source === undefined) return [];
      requireShape(folder, source, wholeShapes.get(spec.name) ?? spec.shape);
      return [{ spec, name: source, rows: rows.get(spec.name) }];
    });
    const read = async (): Promise<Weights> => {
      try {
        const arrays = await readWeights(folder.weights, stored);
        const weights = initializeWeights(fresh, config, options.seed ?? 0);
        for (const [i, { spec }] of stored.entries()) weights.set(spec.name, { shape: spec.shape, data: arrays[i]! });
        // In the order of the model, not in that of the files.
        return new Map(specs.map(({ name }) => [name, weights.get(name)!]));
      } finally {
        await folder.close();
      }
    };
    const hasBias = head.bias && !wanted.bias;
    const notes = [...opened.notes, ...notesOn(keys, { keepsClassifier, hasBias })];
    const { isMultiLabel } = parsed;
    reading = read();
    // Avoids an unhandled rejection; callers that await `weights` still see the error.
    reading.catch(() => {});
    return {
      folder: path,
      manifest: folder.manifest,
      encoder,
      config,
      tokenizer,
      head,
      id2label,
      isMultiLabel,
      lora,
      weights: reading,
      notes,
    };
  } finally {
    if (!reading) await folder.close();
  }
}

/** An adapter of PEFT without a config.json does not name its labels; there are as many as rows of its classifier. */
function labelsOf({ weights, hasOwnConfig = true }: CheckpointSource, ofConfig: readonly string[]): readonly string[] {
  if (hasOwnConfig || !weights.has("classifier.weight")) return ofConfig;
  return Array.from({ length: weights.info("classifier.weight").shape[0]! }, (_, id) => `LABEL_${id}`);
}

/** Takes folders of Relata from before architectures were distinguished, and bare encoders, for pair classifiers. */
function headOf(
  { encoder, architecture, config }: ModelConfig,
  { weights, storedHead, folder }: CheckpointSource,
): Head {
  if (storedHead) return storedHead;
  const width = weights.has("classifier.weight") ? weights.info("classifier.weight").shape[1] : undefined;
  const head =
    architecture === undefined
      ? undefined
      : headsOf({ architecture, width }, (name) => encoder.architecture(name), config)[0];
  if (head) return head;
  if (architecture === undefined || encoder.bareArchitectures.includes(architecture)) return pairHead;
  throw new CheckpointError("a head that Relata does not have", {
    file: folder,
    expected: [...new Set(heads.map(({ name }) => encoder.architecture(name)))].join(", "),
    found: architecture,
  });
}

const sameLabels = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((label, id) => label === b[id]);

/**
 * Whether a missing weight may start anew: in a classifier for other labels than the file's, or if nothing reads it.
 */
const isReplaceable = (name: string, trainable: boolean | undefined, { id2label }: CheckpointOptions): boolean =>
  trainable === false || (isHeadTensor(name) && id2label !== undefined);

function requireAll(path: string, { missing }: Keys, fresh: readonly ParameterSpec[]): void {
  const replaced = new Set(fresh.map(({ name }) => name));
  const absent = missing.filter((name) => !replaced.has(name));
  if (absent.length === 0) return;
  const some = absent.slice(0, 5).join(", ") + (absent.length > 5 ? ` and ${absent.length - 5} more` : "");
  throw new CheckpointError("weights are missing", {
    file: path,
    expected: "every weight of the model that config.json describes",
    found: `none for ${some}`,
    next: absent.every((name) => name.startsWith("classifier."))
      ? "It has no classifier: fine-tune it with relata train --model."
      : "Are config.json and the weights those of one model?",
  });
}

/** Refuses unused weights of the encoder: computed without some of its layers, it would answer wrongly. */
function requireUsed(path: string, encoder: Encoder, { unexpected }: Keys): void {
  const unused = unexpected.filter((name) => encoder.isEncoderTensor(name));
  if (unused.length === 0) return;
  const some = unused.slice(0, 3).join(", ") + (unused.length > 3 ? ` and ${unused.length - 3} more` : "");
  throw new CheckpointError("the weights are not those of config.json", {
    file: path,
    expected: "a place in the model for every tensor of its encoder",
    found: `none for ${some}`,
    next: "Does config.json say fewer layers (num_hidden_layers) than the file holds? Copy or download both again.",
  });
}

function requireRows(path: string, { words }: EncoderTokenizer, { vocabSize }: EncoderConfig): void {
  if (words.vocabSize <= vocabSize) return;
  throw new CheckpointError("the tokenizer is not that of config.json", {
    file: path,
    expected: `word ids below vocab_size ${vocabSize}`,
    found: `the word id ${words.vocabSize - 1}`,
    next: "Are vocab.json and added_tokens.json those of another model? Copy or download them again.",
  });
}

function requireShape({ weights, folder }: CheckpointSource, tensor: string, shape: readonly number[]): void {
  const found = formatShape(weights.info(tensor).shape);
  const expected = formatShape(shape);
  if (found !== expected)
    throw new CheckpointError("a weight does not fit config.json", { file: folder, tensor, expected, found });
}

function notesOn(
  { copied, unexpected, notable }: Keys,
  read: { keepsClassifier: boolean; hasBias: boolean },
): string[] {
  const notes: string[] = [];
  if (copied.length > 0)
    notes.push(
      `${copied.length} weights that only a model with entities has start as copies of others, such as ${copied[0]!.from}`,
    );
  if (read.hasBias) notes.push("the classifier has a bias, and it is used; transformers' own class would leave it out");
  if (!read.keepsClassifier) notes.push("the classifier starts anew");
  for (const reason of new Set(notable.map((tensor) => tensor.reason))) {
    const count = notable.filter((tensor) => tensor.reason === reason).length;
    notes.push(`${count} tensors are not used: ${reason}`);
  }
  if (unexpected.length > 0) {
    notes.push(
      `${unexpected.length} tensors are unknown and not used: ${unexpected.slice(0, 3).join(", ")}${unexpected.length > 3 ? ", …" : ""}`,
    );
  }
  return notes;
}
