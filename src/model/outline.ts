import { join } from "node:path";
import { modelFilesFolder } from "./adapters/base.ts";
import { configName } from "./file-names.ts";
import type { RelataManifest } from "./manifest.ts";
import { readText } from "./read-file.ts";
import type { TensorFile } from "./weights/tensor-file.ts";
import { classifierParameters } from "../model/classifier.ts";
import { type ModelConfig, parseModelConfig } from "../model/config-file.ts";
import { withBias, type Head } from "../model/heads/head.ts";
import { headsOf } from "../model/heads/heads.ts";
import { storedReadingOf } from "./tasks/tasks.ts";
import type { ParameterSpec } from "../nn/parameters.ts";

/** The parts of a model by its config.json, beside the names of its tensors. */
export interface Outline {
  /** The head; null for an encoder with none of Relata's heads. */
  readonly head: Head | null;
  /** The labels of the classifier; empty without a head. */
  readonly labels: readonly string[];
  readonly parameters: readonly ParameterSpec[];
}

const maxConfigBytes = 2 ** 24;

/**
 * @throws DataError, CheckpointError if a folder's config.json describes no encoder of Relata; InputMissingError if it
 * has none.
 */
export async function readModelConfig(folder: string): Promise<ModelConfig> {
  const path = join(await modelFilesFolder(folder), configName);
  return parseModelConfig(await readText(path, maxConfigBytes), path);
}

export function outlineOf(
  model: ModelConfig,
  weights: Pick<TensorFile, "has" | "info">,
  manifest: RelataManifest | null,
): Outline {
  const { encoder, config } = model;
  const known = headOf(model, weights, manifest);
  if (!known) return { head: null, labels: [], parameters: encoder.parameters(config) };
  const head = weights.has("classifier.bias") ? withBias(known) : known;
  const labels = manifest?.labels.id2label ?? model.id2label;
  return { head, labels, parameters: classifierParameters({ encoder, config, head, numLabels: labels.length }) };
}

/**
 * Finds the head that relata.json or config.json names; if neither does, the one that a classifier of this width has.
 */
function headOf(
  { encoder, architecture, config }: ModelConfig,
  weights: Pick<TensorFile, "has" | "info">,
  manifest: RelataManifest | null,
): Head | undefined {
  const stored = storedReadingOf(manifest);
  if (stored.head) return stored.head;
  const width = weights.has("classifier.weight") ? weights.info("classifier.weight").shape[1] : undefined;
  return headsOf({ architecture, width }, (name) => encoder.architecture(name), config)[0];
}

/** Whether an answer depends on a weight: no head of Relata reads the pooler, which the files have. */
export const isRead = ({ trainable }: ParameterSpec): boolean => trainable !== false;
