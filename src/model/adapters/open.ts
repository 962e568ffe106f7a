import { join } from "node:path";
import { parseModelConfig } from "../config-file.ts";
import { adapterConfigName, adapterWeightsName, configName } from "../file-names.ts";
import type { RelataManifest } from "../manifest.ts";
import { readJsonObject, readText } from "../read-file.ts";
import { openSafetensors } from "../weights/safetensors/read.ts";
import type { TensorFile } from "../weights/tensor-file.ts";
import { openWeights } from "../weights/weights.ts";
import { parseAdapterConfig, type AdapterConfig } from "./adapter-config.ts";
import { AdaptedTensors } from "./adapted-tensors.ts";
import { digestsOf, isAdapterFolder, requireBase, resolveBase } from "./base.ts";

const maxJsonBytes = 2 ** 24;

/** Reads the adapter_config.json of a folder. @throws CheckpointError for what Relata does not have */
export async function readAdapterConfig(folder: string): Promise<AdapterConfig> {
  const path = join(folder, adapterConfigName);
  return parseAdapterConfig(await readJsonObject(path, maxJsonBytes), path);
}

/**
 * Opens the weights of a folder: its own, or if it holds an adapter, those of its base with the adapter merged into them.
 * @throws CheckpointError if the base is missing or not the one that the adapter was trained on
 */
export async function openFolderWeights(folder: string, manifest: RelataManifest | null): Promise<TensorFile> {
  if (!(await isAdapterFolder(folder))) return openWeights(folder);
  const { base, scaling } = await readAdapterConfig(folder);
  const place = await resolveBase(folder, base);
  if (manifest?.adapter) requireBase(folder, place, manifest.adapter.weights, await digestsOf(place));
  const path = join(folder, configName);
  const model = parseModelConfig(await readText(path, maxJsonBytes), path);
  const opened = await openWeights(place);
  let adapter: TensorFile | undefined;
  try {
    adapter = await openSafetensors(join(folder, adapterWeightsName));
    return new AdaptedTensors({ base: opened, adapter, scaling }, model);
  } catch (error) {
    await adapter?.close();
    await opened.close();
    throw error;
  }
}
