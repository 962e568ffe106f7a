import { formatShape } from "../autodiff/dims.ts";
import { CheckpointError } from "../checkpoint/checkpoint-error.ts";
import { isEncoderPart, mapLukeKeys, poolerReason, type LukeKeys } from "../checkpoint/luke-keys.ts";
import type { RelataManifest } from "../checkpoint/manifest.ts";
import { openModelFolder, type ModelFolder } from "../checkpoint/model-folder.ts";
import { readWeights } from "../checkpoint/weights.ts";
import { classifierParameters } from "../luke/classifier.ts";
import { parseLukeConfig, type LukeConfig } from "../luke/config.ts";
import { withBias, type Head } from "../luke/head.ts";
import { pairHead, pairHeads } from "../luke/pair-head.ts";
import { heads } from "../luke/heads.ts";
import { initializeWeights, type ParameterSpec, type Weights } from "../luke/parameters.ts";
import type { LukeTokenizer } from "../tokenization/luke-tokenizer.ts";
import { parseSpecialEntities, specialEntitiesOnly } from "../tokenization/special-entities.ts";
import { readTokenizer } from "./read-tokenizer.ts";

/** A LUKE or mLUKE checkpoint in memory, whoever wrote it. */
export interface Checkpoint {
  readonly folder: string;
  /** Null for a folder that transformers wrote. */
  readonly manifest: RelataManifest | null;
  /** Its entity table has the rows of the special entities alone. */
  readonly config: LukeConfig;
  readonly tokenizer: LukeTokenizer;
  /** The head asked for; with a bias where the file has `classifier.bias` and the classifier is kept. */
  readonly head: Head;
  readonly id2label: readonly string[];
  readonly isMultiLabel: boolean;
  readonly weights: Weights;
  /** What a user should know of how the file was read, one sentence each. */
  readonly notes: readonly string[];
}

/** A checkpoint that is known but for its weights, which are still being read. */
export interface OpeningCheckpoint extends Omit<Checkpoint, "weights"> {
  /** Rejects as `openCheckpoint` throws. To be awaited, so that nothing is left open. */
  readonly weights: Promise<Weights>;
}

export interface CheckpointOptions {
  /** The head of the model to be made; that of config.json's architecture if absent. */
  readonly head?: Head;
  /** Labels of the model to be made; where they differ from the file's, the classifier starts anew. */
  readonly id2label?: readonly string[];
  /** For a classifier that starts anew. */
  readonly seed?: number;
  /** Also reads what no answer depends on (the pooler), for a model that is to be saved again. */
  readonly complete?: boolean;
}

const entityTable = "luke.entity_embeddings.entity_embeddings.weight";

/**
 * Opens a model folder of Relata or transformers: safetensors or torch, one file or shards, with or without a head.
 * Of the entity table only the rows are read that pairs, entities and spans use; answers are the same to the bit.
 * @throws CheckpointError naming what is missing, damaged or of another shape than config.json says.
 */
export async function openCheckpoint(path: string, options: CheckpointOptions = {}): Promise<Checkpoint> {
  const opening = await beginCheckpoint(path, options);
  return { ...opening, weights: await opening.weights };
}

/** As `openCheckpoint`, for those who have other things to do while the weights are read. */
export async function beginCheckpoint(path: string, options: CheckpointOptions = {}): Promise<OpeningCheckpoint> {
  const folder = await openModelFolder(path);
  let reading: Promise<Weights> | undefined;
  try {
    const parsed = parseLukeConfig(await folder.readText("config.json"), `${path}/config.json`);
    const { tokenizer, rows } = specialEntitiesOnly(await readTokenizer(path, parseSpecialEntities));
    const config: LukeConfig = { ...parsed.config, entityVocabSize: rows.length };
    const fileLabels = folder.manifest?.labels.id2label ?? parsed.id2label;
    const id2label = options.id2label ?? fileLabels;
    const keepsClassifier = folder.weights.has("classifier.weight") && sameLabels(id2label, fileLabels);
    const wanted = options.head ?? headOf(parsed.architecture, folder.manifest, path);
    const head = keepsClassifier && folder.weights.has("classifier.bias") ? withBias(wanted) : wanted;
    const all = classifierParameters(head, config, id2label.length);
    const specs = options.complete ? all : all.filter(({ trainable }) => trainable !== false);

    const names = keepsClassifier
      ? folder.weights.names
      : folder.weights.names.filter((name) => !/^(classifier|pair_\w+)\./.test(name));
    const keys = mapLukeKeys(names, specs);
    const fresh = specs.filter(
      ({ name, trainable }) => keys.missing.includes(name) && isReplaceable(name, trainable, options),
    );
    requireAll(path, keys, fresh);
    requireUsed(path, keys);
    requireRows(path, tokenizer, parsed.config);
    const stored = specs.flatMap((spec) => {
      const source = keys.source(spec.name);
      if (source === undefined) return [];
      const isTable = spec.name === entityTable;
      requireShape(folder, source, isTable ? [parsed.config.entityVocabSize, config.entityEmbSize] : spec.shape);
      return [{ spec, name: source, rows: isTable ? rows : undefined }];
    });
    const read = async (): Promise<Weights> => {
      try {
        const arrays = await readWeights(folder.weights, stored);
        const weights = initializeWeights(fresh, config, options.seed ?? 0);
        for (const [i, { spec }] of stored.entries()) weights.set(spec.name, { shape: spec.shape, data: arrays[i]! });
        // In the order of the model, not of what was found first.
        return new Map(specs.map(({ name }) => [name, weights.get(name)!]));
      } finally {
        await folder.close();
      }
    };
    const notes = notesOn(keys, {
      config: parsed.config,
      rows: rows.length,
      keepsClassifier,
      hasBias: head.bias && !wanted.bias,
    });
    const { isMultiLabel } = parsed;
    reading = read();
    // Who awaits it hears of it; that nobody has done so yet is no error of its own.
    reading.catch(() => {});
    return {
      folder: path,
      manifest: folder.manifest,
      config,
      tokenizer,
      head,
      id2label,
      isMultiLabel,
      weights: reading,
      notes,
    };
  } finally {
    if (!reading) await folder.close();
  }
}

/** Folders of Relata from before architectures were told apart, and bare encoders, are taken for pair classifiers. */
function headOf(architecture: string | undefined, manifest: RelataManifest | null, folder: string): Head {
  if (manifest && manifest.pairFeatures !== "states") return pairHeads[manifest.pairFeatures];
  const head = heads.find((one) => one.architecture === architecture);
  if (head) return head;
  if (architecture === undefined || architecture === "LukeModel" || architecture === "LukeForMaskedLM") return pairHead;
  throw new CheckpointError("a head that Relata does not have", {
    file: folder,
    expected: heads.map((one) => one.architecture).join(", "),
    found: architecture,
  });
}

const sameLabels = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((label, id) => label === b[id]);

/** What may start anew: a classifier for labels that the file was not made for, and what nothing reads. */
const isReplaceable = (name: string, trainable: boolean | undefined, { id2label }: CheckpointOptions): boolean =>
  trainable === false || (/^(classifier|pair_\w+)\./.test(name) && id2label !== undefined);

function requireAll(path: string, { missing }: LukeKeys, fresh: readonly ParameterSpec[]): void {
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
      : "Is it a LUKE checkpoint?",
  });
}

/** An encoder computed without some of its layers answers, and answers wrongly. */
function requireUsed(path: string, { unexpected }: LukeKeys): void {
  const unused = unexpected.filter(isEncoderPart);
  if (unused.length === 0) return;
  const some = unused.slice(0, 3).join(", ") + (unused.length > 3 ? ` and ${unused.length - 3} more` : "");
  throw new CheckpointError("the weights are not those of config.json", {
    file: path,
    expected: "a place in the model for every tensor of its encoder",
    found: `none for ${some}`,
    next: "Does config.json say fewer layers (num_hidden_layers) than the file holds? Copy or download both again.",
  });
}

function requireRows(path: string, { words }: LukeTokenizer, { vocabSize }: LukeConfig): void {
  if (words.vocabSize <= vocabSize) return;
  throw new CheckpointError("the tokenizer is not that of config.json", {
    file: path,
    expected: `word ids below vocab_size ${vocabSize}`,
    found: `the word id ${words.vocabSize - 1}`,
    next: "Are vocab.json and added_tokens.json those of another model? Copy or download them again.",
  });
}

function requireShape({ weights, folder }: ModelFolder, tensor: string, shape: readonly number[]): void {
  const found = formatShape(weights.info(tensor).shape);
  const expected = formatShape(shape);
  if (found !== expected)
    throw new CheckpointError("a weight does not fit config.json", { file: folder, tensor, expected, found });
}

function notesOn(
  { copied, unexpected, ignored }: LukeKeys,
  read: { config: LukeConfig; rows: number; keepsClassifier: boolean; hasBias: boolean },
): string[] {
  const notes: string[] = [];
  if (read.config.entityVocabSize > read.rows) {
    notes.push(
      `of ${read.config.entityVocabSize} entities, the ${read.rows} special ones are read; no answer depends on the others`,
    );
  }
  if (copied.length > 0)
    notes.push(`${copied.length} extra queries of entity-aware attention are missing and start as copies of query`);
  if (read.hasBias) notes.push("the classifier has a bias, and it is used; transformers' own class would leave it out");
  if (!read.keepsClassifier) notes.push("the classifier starts anew");
  for (const reason of new Set(ignored.map((tensor) => tensor.reason))) {
    if (reason === poolerReason) continue;
    const count = ignored.filter((tensor) => tensor.reason === reason).length;
    notes.push(`${count} tensors are not used: ${reason}`);
  }
  if (unexpected.length > 0) {
    notes.push(
      `${unexpected.length} tensors are unknown and not used: ${unexpected.slice(0, 3).join(", ")}${unexpected.length > 3 ? ", …" : ""}`,
    );
  }
  return notes;
}
