import { openModelFolder } from "./folder.ts";
import { beginReading, type OpenedFiles, type CheckpointOptions, type OpeningFiles } from "./checkpoint-source.ts";
import { readTokenizerFiles } from "./read-tokenizer.ts";
import { storedReadingOf } from "./tasks/tasks.ts";

export type { OpenedFiles, CheckpointOptions, OpeningFiles } from "./checkpoint-source.ts";

/**
 * Opens a model folder of Relata or transformers: safetensors or torch, one file or shards, with or without a head.
 * Vocabulary that no answer depends on, such as LUKE's other entities, is not read; answers are bit-identical.
 * @throws CheckpointError naming what is missing, damaged or of another shape than config.json says.
 */
export async function openCheckpoint(path: string, options: CheckpointOptions = {}): Promise<OpenedFiles> {
  const opening = await beginCheckpoint(path, options);
  return { ...opening, weights: await opening.weights };
}

/** Opens as `openCheckpoint` does, for callers that do other work while the weights are read. */
export async function beginCheckpoint(path: string, options: CheckpointOptions = {}): Promise<OpeningFiles> {
  const folder = await openModelFolder(path);
  const storedHead = storedReadingOf(folder.manifest).head;
  return beginReading({ ...folder, storedHead, tokenizerFiles: () => readTokenizerFiles(path) }, options);
}
