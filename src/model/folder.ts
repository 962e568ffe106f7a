import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../errors.ts";
import { writeFileAtomic } from "../files/atomic-file.ts";
import type { AdaptedTensors } from "./adapters/adapted-tensors.ts";
import { modelFilesFolder } from "./adapters/base.ts";
import { openFolderWeights } from "./adapters/open.ts";
import type { SharedBase } from "./adapters/shared-base.ts";
import { CheckpointError } from "./checkpoint-error.ts";
import { readFailure } from "../files/failures.ts";
import type { FileDigest } from "../files/file-digest.ts";
import {
  adapterWeightsName,
  configName,
  manifestName,
  nextManifestName,
  weightsIndexName,
  weightsName,
  weightsNameOf,
} from "./file-names.ts";
import { formatManifest } from "./manifest.ts";
import type { RelataManifest } from "./manifest.ts";
import { fileSize, readFileUpTo, readText } from "./read-file.ts";
import { isPlainFileName } from "./file-names.ts";
import { stageSafetensors, writeSafetensors, type NamedWeights } from "./weights/safetensors/write.ts";
import type { TensorFile } from "./weights/tensor-file.ts";
import type { Weights } from "./weights/tensor.ts";
import { completeReplacement } from "./replacement.ts";
import { currentManifest, requireTransformersFiles, verifiedManifest } from "./folder-check.ts";

export { prepareOutputFolder } from "./output-folder.ts";

/** The facts that a run adds to the manifest; the folder itself provides the rest. */
export type ManifestFacts = Omit<RelataManifest, "version" | "files">;

export interface ModelFolderParts {
  /** The contents by file name: config.json, the tokenizer's files, README.md, report.html. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly weights: NamedWeights;
  readonly manifest: ManifestFacts;
}

export interface ModelFolder {
  readonly folder: string;
  /** The folder of config.json and the tokenizer: that of the base, for an adapter which PEFT saved without them. */
  readonly files: string;
  /** The relata.json; null for a folder that transformers wrote. */
  readonly manifest: RelataManifest | null;
  readonly weights: TensorFile | AdaptedTensors;
  has(name: string): Promise<boolean>;
  /** @throws InputMissingError if the folder has no such file. */
  readText(name: string): Promise<string>;
  /** @throws InputMissingError if the folder has no such file. */
  readBytes(name: string): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** A vocabulary of half a million entities takes some 20 MB. */
const maxTextBytes = 2 ** 28;

/**
 * Opens a model folder of Relata, or one of transformers (config.json and weights, no relata.json).
 * @param options.base the base of an adapter, which others share
 * @param options.verify whether the contents (SHA-256) of all files that decide the model's answers are compared with
 * those saved, or only their sizes
 * @throws CheckpointError naming every file that is missing or differs, InputMissingError if there is no such folder.
 */
export async function openModelFolder(
  folder: string,
  { verify = true, base }: { readonly verify?: boolean; readonly base?: SharedBase | undefined } = {},
): Promise<ModelFolder> {
  await requireFolder(folder);
  await completeReplacement(folder);
  const isOurs = (await fileSize(join(folder, manifestName))) !== undefined;
  const manifest = isOurs ? await verifiedManifest(folder, verify) : null;
  if (!manifest) await requireTransformersFiles(folder);
  const weights = await openFolderWeights(folder, manifest, base);
  const files = await modelFilesFolder(folder);
  return {
    folder,
    files,
    manifest,
    weights,
    has: async (name) => isPlainFileName(name) && (await fileSize(join(folder, name))) !== undefined,
    readText: (name) => readText(join(name === configName ? files : folder, name), maxTextBytes),
    readBytes: (name) => readFileUpTo(join(folder, name), maxTextBytes),
    close: () => weights.close(),
  };
}

/**
 * Writes a whole model into an existing folder. The weights come after all other files and `relata.json` comes last: a
 * folder that has it is complete.
 * @throws UsageError if there is a model already, UnavailableError if the place cannot be written.
 */
export async function saveModelFolder(folder: string, parts: ModelFolderParts): Promise<RelataManifest> {
  const names = Object.keys(parts.files).sort();
  for (const name of names) requireOwnName(name);
  await refuseFormerModel(folder);
  const files: Record<string, FileDigest> = {};
  for (const name of names) files[name] = await writeFileAtomic(join(folder, name), parts.files[name]!);
  const name = weightsNameOf(parts.manifest);
  files[name] = await writeSafetensors(join(folder, name), parts.weights);
  const manifest: RelataManifest = { version: 2, ...parts.manifest, files };
  await writeFileAtomic(join(folder, manifestName), formatManifest(manifest));
  return manifest;
}

export interface ModelFolderChanges {
  /** Better weights that a run has found. */
  readonly weights?: Weights;
  /** The contents of new or replaced files, by name. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly manifest?: Partial<ManifestFacts>;
}

/**
 * Updates a saved model. A crash leaves weights and manifest both from before or both from after, never one of each.
 * @throws CheckpointError if the folder holds no model of Relata.
 */
export async function updateModelFolder(folder: string, changes: ModelFolderChanges): Promise<RelataManifest> {
  const former = await currentManifest(folder);
  const files: Record<string, FileDigest> = { ...former.files };
  for (const [name, text] of Object.entries(changes.files ?? {})) {
    requireOwnName(name);
    files[name] = await writeFileAtomic(join(folder, name), text);
  }
  const name = weightsNameOf(former);
  const staged = changes.weights && (await stageSafetensors(join(folder, name), changes.weights));
  if (staged) files[name] = staged.digest;
  const manifest: RelataManifest = { ...former, ...changes.manifest, files };
  const text = formatManifest(manifest);
  try {
    // Two files cannot be renamed at once. Whichever weights a crash leaves, one of the two manifests describes them.
    if (staged) await writeFileAtomic(join(folder, nextManifestName), text);
  } catch (error) {
    await staged?.discard();
    throw error;
  }
  await staged?.commit();
  await writeFileAtomic(join(folder, manifestName), text);
  await rm(join(folder, nextManifestName), { force: true });
  return manifest;
}

function requireOwnName(name: string): void {
  const isReserved = [weightsName, weightsIndexName, adapterWeightsName, manifestName, nextManifestName].includes(name);
  if (isReserved || !isPlainFileName(name)) throw new TypeError(`${JSON.stringify(name)} is not a file to be given`);
}

async function refuseFormerModel(folder: string): Promise<void> {
  for (const name of [manifestName, weightsName, adapterWeightsName]) {
    if ((await fileSize(join(folder, name))) === undefined) continue;
    throw new UsageError(`${folder} already holds a model (${name}). Choose another folder, or add --overwrite.`);
  }
}

async function requireFolder(folder: string): Promise<void> {
  const stats = await stat(folder).catch((error: unknown) => {
    throw readFailure(folder, error);
  });
  if (stats.isDirectory()) return;
  throw new CheckpointError("not a model folder", { file: folder, expected: "a folder", found: "a file" });
}
