import { relative, resolve, isAbsolute, join } from "node:path";
import { stat } from "node:fs/promises";
import { digestFile, type FileDigest } from "../../files/file-digest.ts";
import { drain } from "../../generators.ts";
import { CheckpointError } from "../checkpoint-error.ts";
import { adapterConfigName, configName } from "../file-names.ts";
import { parseAdapterConfig, type AdapterConfig } from "./adapter-config.ts";
import { isModelReference } from "../hub/repo-id.ts";
import { fileSize, readJsonObject } from "../read-file.ts";
import { resolveModel } from "../source.ts";
import { weightsFileOf } from "../weights/weights.ts";

/** The model that an adapter was trained on. */
export interface BaseReference {
  /** relata-mini, a name on the hub, or a path from the adapter's folder. */
  readonly base: string;
  /** The files of its weights, or the index of shards, by name. */
  readonly weights: Readonly<Record<string, FileDigest>>;
}

/** Makes the reference of an adapter in `output` to the model of `--model`, opened from `folder`. */
export async function referenceTo(model: string, folder: string, output: string): Promise<BaseReference> {
  const isPath = folder === model;
  const path = relative(resolve(output), resolve(folder)).replaceAll("\\", "/");
  return { base: isPath ? path : model, weights: await digestsOf(folder) };
}

const maxIndexBytes = 2 ** 26;

/** Digests the files of a folder's weights; those of all shards, if there are several. */
export async function digestsOf(folder: string): Promise<Record<string, FileDigest>> {
  const name = await weightsFileOf(folder);
  const names = new Set([name]);
  if (name.endsWith(".index.json")) {
    const { weight_map: map } = await readJsonObject(join(folder, name), maxIndexBytes);
    for (const shard of Object.values(map as Record<string, string>)) names.add(shard);
  }
  const digests: Record<string, FileDigest> = {};
  for (const one of [...names].sort()) digests[one] = await digestFile(join(folder, one));
  return digests;
}

/**
 * Finds the folder of an adapter's base.
 * @throws CheckpointError if it is no longer where the adapter says; the errors of `resolveModel` for one of the hub
 */
export async function resolveBase(folder: string, base: string): Promise<string> {
  // PEFT reads a path from the working folder; Relata writes it from the adapter's own.
  const places = isAbsolute(base) ? [base] : [resolve(folder, base), resolve(base)];
  for (const place of places) if (await isFolder(place)) return place;
  if (base === "relata-mini" || isModelReference(base)) return drain(resolveModel(base));
  throw new CheckpointError("the base of an adapter is missing", {
    file: folder,
    expected: `the model that it was trained on at ${places[0]}, as ${adapterConfigName} says`,
    found: "no such folder",
    next: "Put the base there again, or a link to where it is now.",
  });
}

/**
 * Finds the folder of config.json and the tokenizer of a model: its own, or of an adapter that PEFT saved without them, the
 * folder of its base.
 */
export async function modelFilesFolder(folder: string): Promise<string> {
  if ((await fileSize(join(folder, configName))) !== undefined || !(await isAdapterFolder(folder))) return folder;
  const { base } = await readAdapterConfig(folder);
  return resolveBase(folder, base);
}

const maxJsonBytes = 2 ** 24;

/** Reads the adapter_config.json of a folder. @throws CheckpointError for what Relata does not have */
export async function readAdapterConfig(folder: string): Promise<AdapterConfig> {
  const path = join(folder, adapterConfigName);
  return parseAdapterConfig(await readJsonObject(path, maxJsonBytes), path);
}

/** Compares a base with the one that an adapter was trained on. @throws CheckpointError if its weights are others */
export function requireBase(
  folder: string,
  base: string,
  expected: BaseReference["weights"],
  found: BaseReference["weights"],
): void {
  for (const [name, { sha256 }] of Object.entries(expected)) {
    const own = found[name];
    if (own?.sha256 === sha256) continue;
    throw new CheckpointError("the base of an adapter is not the one that it was trained on", {
      file: folder,
      expected: `${name} with SHA-256 ${sha256.slice(0, 12)}… in ${base}`,
      found: own ? `${own.sha256.slice(0, 12)}…` : `no ${name}`,
      next: "Put the base of that time there again, or train the adapter on this one.",
    });
  }
}

/** Whether a folder holds an adapter and no weights of its own. */
export const isAdapterFolder = async (folder: string): Promise<boolean> =>
  (await fileSize(join(folder, adapterConfigName))) !== undefined &&
  (await weightsFileOf(folder).catch(() => undefined)) === undefined;

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
