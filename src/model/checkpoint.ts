import { AdaptedTensors } from "./adapters/adapted-tensors.ts";
import type { SharedBase } from "./adapters/shared-base.ts";
import { openModelFolder } from "./folder.ts";
import { beginReading, type OpenedFiles, type CheckpointOptions, type OpeningFiles } from "./checkpoint-source.ts";
import { readTokenizerFiles } from "./read-tokenizer.ts";
import { storedReadingOf } from "./tasks/tasks.ts";

export type { OpenedFiles, CheckpointOptions, OpeningFiles } from "./checkpoint-source.ts";

export interface FolderOptions extends CheckpointOptions {
  /** The base of an adapter, which others share; its matrices stay apart then. */
  readonly base?: SharedBase | undefined;
}

/**
 * Opens a model folder of Relata or transformers: safetensors or torch, one file or shards, with or without a head.
 * Vocabulary that no answer depends on, such as LUKE's other entities, is not read; answers are bit-identical.
 * @throws CheckpointError naming what is missing, damaged or of another shape than config.json says.
 */
export async function openCheckpoint(path: string, options: FolderOptions = {}): Promise<OpenedFiles> {
  const opening = await beginCheckpoint(path, options);
  return { ...opening, weights: await opening.weights };
}

/** Opens as `openCheckpoint` does, for callers that do other work while the weights are read. */
export async function beginCheckpoint(path: string, options: FolderOptions = {}): Promise<OpeningFiles> {
  const folder = await openModelFolder(path, { base: options.base });
  const storedHead = storedReadingOf(folder.manifest).head;
  const lora = folder.weights instanceof AdaptedTensors ? folder.weights.lora : undefined;
  const tokenizerFiles = (): ReturnType<typeof readTokenizerFiles> => readTokenizerFiles(folder.files);
  const hasOwnConfig = folder.files === folder.folder;
  const openEncoder = options.base?.openEncoder;
  return beginReading({ ...folder, storedHead, lora, hasOwnConfig, openEncoder, tokenizerFiles }, options);
}
