import { UsageError } from "../../errors.ts";
import { join } from "node:path";
import { parseModelConfig } from "../config-file.ts";
import { adapterWeightsName, configName } from "../file-names.ts";
import type { RelataManifest } from "../manifest.ts";
import { readText } from "../read-file.ts";
import { openSafetensors } from "../weights/safetensors/read.ts";
import type { TensorFile } from "../weights/tensor-file.ts";
import { openWeights } from "../weights/weights.ts";
import { AdaptedTensors } from "./adapted-tensors.ts";
import { digestsOf, isAdapterFolder, modelFilesFolder, readAdapterConfig, requireBase, resolveBase } from "./base.ts";
import type { SharedBase } from "./shared-base.ts";

const maxJsonBytes = 2 ** 24;

/**
 * Opens the weights of a folder: its own, or if it holds an adapter, those of its base with the adapter merged into them; or
 * apart, on a base that others share.
 * @throws CheckpointError if the base is missing or not the one that the adapter was trained on; UsageError for a folder
 * without an adapter on a shared base
 */
export async function openFolderWeights(
  folder: string,
  manifest: RelataManifest | null,
  shared?: SharedBase,
): Promise<TensorFile | AdaptedTensors> {
  if (!(await isAdapterFolder(folder))) {
    if (shared)
      throw new UsageError(
        `${folder} is no adapter: it has weights of its own. Open it alone, with openModel, or train one with relata train --lora.`,
      );
    return openWeights(folder);
  }
  const { base, scaling, tokens } = await readAdapterConfig(folder);
  const place = shared?.folder ?? (await resolveBase(folder, base));
  if (manifest?.adapter)
    requireBase(folder, place, manifest.adapter.weights, shared?.digests ?? (await digestsOf(place)));
  const path = join(await modelFilesFolder(folder), configName);
  const model = parseModelConfig(await readText(path, maxJsonBytes), path);
  const opened = shared?.tensors ?? (await openWeights(place));
  let adapter: TensorFile | undefined;
  try {
    adapter = await openSafetensors(join(folder, adapterWeightsName));
    return new AdaptedTensors({ base: opened, adapter, scaling, tokens, isApart: shared !== undefined }, model);
  } catch (error) {
    await adapter?.close();
    await opened.close();
    throw error;
  }
}
