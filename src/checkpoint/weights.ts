import { join } from "node:path";
import { CheckpointError } from "./checkpoint-error.ts";
import { torchWeightsIndexName, torchWeightsName, weightsIndexName, weightsName } from "./file-names.ts";
import { fileSize } from "./read-file.ts";
import { openSafetensors } from "./safetensors/read.ts";
import { openShards } from "./shards.ts";
import type { ShardFormat } from "./shards.ts";
import type { TensorFile } from "./tensor-file.ts";
import { openTorchFile } from "./torch/read.ts";

const safetensorsShards: ShardFormat = { extension: ".safetensors", open: openSafetensors, hasExactTotal: true };
const torchShards: ShardFormat = { extension: ".bin", open: openTorchFile, hasExactTotal: false };

/** Where a folder may have its weights: the first of these that is there is opened. */
const forms: readonly (readonly [name: string, open: (folder: string, name: string) => Promise<TensorFile>])[] = [
  [weightsName, (folder, name) => openSafetensors(join(folder, name))],
  [weightsIndexName, (folder, name) => openShards(folder, name, safetensorsShards)],
  [torchWeightsName, (folder, name) => openTorchFile(join(folder, name))],
  [torchWeightsIndexName, (folder, name) => openShards(folder, name, torchShards)],
];

/**
 * Opens a folder's weights, of safetensors or else of torch, in one file or in shards.
 * @throws CheckpointError if they are missing, damaged or hostile.
 */
export async function openWeights(folder: string): Promise<TensorFile> {
  for (const [name, open] of forms) {
    if ((await fileSize(join(folder, name))) !== undefined) return open(folder, name);
  }
  const names = forms.map(([name]) => name);
  throw new CheckpointError("the weights are missing", { file: folder, expected: names.join(" or "), found: "none" });
}

/**
 * A tensor to be trained or run, or some of its rows, as float32.
 * @throws CheckpointError also for a value that is NaN or infinite, which would silently spoil every answer.
 */
export async function readWeight(
  file: TensorFile,
  name: string,
  rows?: readonly number[],
): Promise<Float32Array<ArrayBuffer>> {
  const data = rows ? await file.readRows(name, rows) : await file.read(name);
  const wrong = firstNonFinite(data);
  if (wrong < 0) return data;
  throw new CheckpointError("unusable weights", {
    file: file.path,
    tensor: name,
    expected: "finite numbers",
    found: `${data[wrong]} at ${wrong}`,
    next: "The training that wrote them diverged.",
  });
}

/** Position of the first NaN or infinity, −1 if there is none. A plain loop: a callback takes ten times as long here. */
export function firstNonFinite(values: Float32Array): number {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return i;
  return -1;
}
