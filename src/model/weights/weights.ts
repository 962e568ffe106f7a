import { join } from "node:path";
import { CheckpointError } from "../checkpoint-error.ts";
import { torchWeightsIndexName, torchWeightsName, weightsIndexName, weightsName } from "../file-names.ts";
import { fileSize } from "../read-file.ts";
import { unpacked } from "./packed/unpacked.ts";
import { openSafetensors } from "./safetensors/read.ts";
import { openShards } from "./shards.ts";
import type { ShardFormat } from "./shards.ts";
import type { TensorFile } from "./tensor-file.ts";
import { openTorchFile } from "./torch/read.ts";

const safetensorsShards: ShardFormat = { extension: ".safetensors", open: openSafetensors, hasExactTotal: true };
const torchShards: ShardFormat = { extension: ".bin", open: openTorchFile, hasExactTotal: false };

/** Where a folder may have its weights: the first of these that is there is opened. */
const forms: ReadonlyMap<string, (folder: string, name: string) => Promise<TensorFile>> = new Map([
  [weightsName, (folder, name) => openUnpacked(join(folder, name))],
  [weightsIndexName, (folder, name) => openShards(folder, name, safetensorsShards)],
  [torchWeightsName, (folder, name) => openTorchFile(join(folder, name))],
  [torchWeightsIndexName, (folder, name) => openShards(folder, name, torchShards)],
]);

const openUnpacked = async (path: string): Promise<TensorFile> => unpacked(await openSafetensors(path));

/**
 * Opens a folder's weights, of safetensors or else of torch, in one file or in shards.
 * @throws CheckpointError if they are missing, damaged or hostile.
 */
export async function openWeights(folder: string): Promise<TensorFile> {
  const name = await weightsFileOf(folder);
  return forms.get(name)!(folder, name);
}

/** Returns the name of the file that `openWeights` opens. @throws CheckpointError if there is none */
export async function weightsFileOf(folder: string): Promise<string> {
  for (const name of forms.keys()) if ((await fileSize(join(folder, name))) !== undefined) return name;
  const names = [...forms.keys()];
  throw new CheckpointError("the weights are missing", { file: folder, expected: names.join(" or "), found: "none" });
}
