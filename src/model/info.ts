import { basename, join } from "node:path";
import { isAdapterFolder, readAdapterConfig, resolveBase } from "./adapters/base.ts";
import { adapterWeightsName } from "./file-names.ts";
import { openSafetensors } from "./weights/safetensors/read.ts";
import type { Encoder, EncoderConfig } from "./encoders/encoder.ts";
import type { Keys } from "./encoders/keys.ts";
import type { RelataManifest } from "./manifest.ts";
import { openModelFolder } from "./folder.ts";
import type { TensorFile } from "./weights/tensor-file.ts";
import { numElements, type Dtype } from "./weights/tensor.ts";
import { UserError } from "../errors.ts";
import type { Head } from "./heads/head.ts";
import type { ParameterSpec } from "../nn/parameters.ts";
import { flagOf } from "../settings.ts";
import { isRead, outlineOf, readModelConfig } from "./outline.ts";
import type { Fact } from "./tasks/task.ts";
import { taskOf } from "./tasks/tasks.ts";
import { readTokenizer } from "./read-tokenizer.ts";

/** The facts of a model folder, of Relata or of transformers. */
export interface ModelInfo {
  readonly folder: string;
  /** The class of transformers, as config.json names it. */
  readonly architecture: string | null;
  /** Null for an encoder with none of Relata's heads. */
  readonly head: Head["name"] | null;
  readonly config: EncoderConfig;
  /** The encoder in words: its shape, and its tables. */
  readonly encoder: { readonly name: string; readonly shape: string; readonly tables: string };
  /** The longest text, `<s>` and `</s>` counted. */
  readonly maxWords: number;
  /** Numbers in the file that belong to the model; heads of pre-training do not. */
  readonly parameters: { readonly total: number; readonly entityTable: number };
  readonly labels: readonly string[];
  readonly weights: WeightsInfo;
  readonly tensors: TensorUse;
  readonly tokenizer: TokenizerInfo | { readonly problem: string };
  /** Null for a folder with weights of its own. */
  readonly adapter: AdapterInfo | null;
  /** Null for a folder that transformers wrote. */
  readonly relata: RelataInfo | null;
}

/** The facts of an adapter (LoRA), whose weights are those of its base with its own added. */
export interface AdapterInfo {
  /** As adapter_config.json names it. */
  readonly base: string;
  /** The folder of the base. */
  readonly baseFolder: string;
  readonly rank: number;
  readonly alpha: number;
  readonly targetModules: readonly string[];
  /** The number of tokens that have rows of its own in the table of words. */
  readonly tokens: number;
  /** Numbers of its own. */
  readonly parameters: number;
}

export interface WeightsInfo {
  /** The file, or the index of its shards. */
  readonly file: string;
  readonly format: "safetensors" | "torch";
  readonly isSharded: boolean;
  readonly dtypes: readonly Dtype[];
  readonly tensors: number;
  /** Of all tensors, without their directory. */
  readonly bytes: number;
  /** Oddities that do no harm. */
  readonly warnings: readonly string[];
}

/** The use of each tensor when the model is opened to be run. */
export interface TensorUse extends Omit<Keys, "source" | "notable"> {
  readonly used: number;
}

export interface TokenizerInfo {
  /** The class of transformers that opens its files. */
  readonly class: string;
  readonly vocabSize: number;
  readonly entityVocabSize: number;
  readonly maxLength: number;
  readonly maxMentionLength: number;
}

/** The facts that only relata.json has. */
export interface RelataInfo extends Pick<
  RelataManifest,
  "createdWith" | "entityTypes" | "maxLength" | "protocol" | "data" | "scores" | "step"
> {
  /** The name of the task. */
  readonly task: string;
  /** The task's stored part, of relations alone; `decisions` and `meanings` say the same in words for every task. */
  readonly encoding?: unknown;
  readonly markers?: unknown;
  readonly pairFeatures?: unknown;
  readonly schema?: unknown;
  readonly noRelationLabel: string | null;
  /** How the model reads and decides. */
  readonly decisions: readonly Fact[];
  /** The meanings of labels, by their names. */
  readonly meanings: readonly Fact[];
  /** Settings of the run that differ from the defaults of this Relata, by their flags. */
  readonly changedSettings: readonly ChangedSetting[];
}

type Defaults = ReadonlyMap<string, unknown>;

export interface ChangedSetting {
  readonly flag: string;
  readonly value: unknown;
  /** Absent where the setting has none. */
  readonly default?: unknown;
}

/**
 * Describes a model folder from its JSON files and the directory of its weights: no tensor is read.
 * @param defaults the defaults of settings of a training run, by key
 * @throws CheckpointError, DataError if it is no complete model folder, InputMissingError if there is none.
 */
export async function modelInfo(path: string, defaults: Defaults): Promise<ModelInfo> {
  const opened = await openModelFolder(path, { verify: false });
  const { folder, manifest, weights } = opened;
  try {
    const model = await readModelConfig(folder);
    const { head, labels, parameters } = outlineOf(model, weights, manifest);
    return {
      folder,
      architecture: model.architecture ?? null,
      head: head?.name ?? null,
      config: model.config,
      encoder: { name: model.encoder.name, ...model.encoder.describe(model.config) },
      maxWords: model.encoder.maxWords(model.config),
      parameters: countParameters(model.encoder, weights, parameters),
      labels,
      weights: weightsInfo(weights),
      tensors: tensorUse(model.encoder, weights, parameters.filter(isRead)),
      tokenizer: await tokenizerInfo(model.encoder, folder),
      adapter: await adapterInfo(folder),
      relata:
        manifest &&
        relataInfo(folder, manifest, { head, id2label: labels, isMultiLabel: model.isMultiLabel, defaults }),
    };
  } finally {
    await opened.close();
  }
}

async function adapterInfo(folder: string): Promise<AdapterInfo | null> {
  if (!(await isAdapterFolder(folder))) return null;
  const { base, rank, alpha, targetModules, tokens } = await readAdapterConfig(folder);
  const file = await openSafetensors(join(folder, adapterWeightsName));
  const parameters = file.names.reduce((sum, name) => sum + numElements(file.info(name).shape), 0);
  await file.close();
  const baseFolder = await resolveBase(folder, base);
  return { base, baseFolder, rank, alpha, targetModules, tokens: tokens?.ids.length ?? 0, parameters };
}

function countParameters(
  encoder: Encoder,
  weights: TensorFile,
  parameters: readonly ParameterSpec[],
): ModelInfo["parameters"] {
  const keys = encoder.keys(weights.names, parameters);
  const count = ({ name }: ParameterSpec): number => {
    const tensor = keys.source(name);
    return tensor === undefined ? 0 : numElements(weights.info(tensor).shape);
  };
  const entityTable = parameters.filter(({ name }) => name === encoder.entityTable);
  const sum = (specs: readonly ParameterSpec[]): number => specs.reduce((total, spec) => total + count(spec), 0);
  return { total: sum(parameters), entityTable: sum(entityTable) };
}

function weightsInfo(weights: TensorFile): WeightsInfo {
  const file = basename(weights.path);
  const infos = weights.names.map((name) => weights.info(name));
  return {
    file,
    format: file.includes(".safetensors") ? "safetensors" : "torch",
    isSharded: file.endsWith(".index.json"),
    dtypes: [...new Set(infos.map(({ dtype }) => dtype))].sort(),
    tensors: infos.length,
    bytes: infos.reduce((sum, { bytes }) => sum + bytes, 0),
    warnings: weights.warnings,
  };
}

function tensorUse(encoder: Encoder, weights: TensorFile, parameters: readonly ParameterSpec[]): TensorUse {
  const { copied, missing, unexpected, ignored } = encoder.keys(weights.names, parameters);
  return { used: weights.names.length - unexpected.length - ignored.length, copied, missing, unexpected, ignored };
}

async function tokenizerInfo(encoder: Encoder, folder: string): Promise<ModelInfo["tokenizer"]> {
  try {
    const { words, entityCount, maxLength, maxMentionLength } = await readTokenizer(encoder, folder);
    const { tokenizerClass, vocabSize } = words;
    return { class: tokenizerClass, vocabSize, entityVocabSize: entityCount, maxLength, maxMentionLength };
  } catch (error) {
    // A folder without a tokenizer is still worth a description.
    if (error instanceof UserError) return { problem: error.message };
    throw error;
  }
}

function relataInfo(
  folder: string,
  manifest: RelataManifest,
  {
    head,
    defaults,
    ...labelled
  }: { head: Head | null; id2label: readonly string[]; isMultiLabel: boolean; defaults: Defaults },
): RelataInfo {
  const task = head ? taskOf(manifest, head.name) : undefined;
  const given = { noRelationLabel: undefined, maxPairs: undefined };
  const learned = head ? task?.open({ folder, manifest, head, ...labelled, ...given }) : undefined;
  const { createdWith, entityTypes, maxLength } = manifest;
  const { encoding, markers, pairFeatures, schema } = manifest.task;
  const { protocol, data, scores, step, labels, settings } = manifest;
  return {
    createdWith,
    task: manifest.task.name,
    ...(encoding === undefined ? {} : { encoding, markers, pairFeatures, schema }),
    decisions: task && learned ? task.facts(learned) : [],
    meanings: task && learned ? task.labelFacts(learned) : [],
    entityTypes,
    maxLength,
    protocol,
    data,
    scores,
    step,
    noRelationLabel: labels.noRelationLabel,
    changedSettings: changesOf(settings, defaults),
  };
}

function changesOf(settings: RelataManifest["settings"], defaults: Defaults): ChangedSetting[] {
  return Object.entries(settings).flatMap(([key, value]) => {
    const fallback = defaults.get(key);
    if (["output", "overwrite"].includes(key) || JSON.stringify(value) === JSON.stringify(fallback)) return [];
    return [{ flag: flagOf(key), value, ...(fallback === undefined ? {} : { default: fallback }) }];
  });
}
