import { join } from "node:path";
import { CheckpointError } from "./checkpoint-error.ts";
import { weightsIndexName, weightsName } from "./file-names.ts";
import { fileSize } from "./read-file.ts";
import { openSafetensors } from "./safetensors/read.ts";
import type { SafetensorsFile } from "./safetensors/read.ts";
import { openShards } from "./safetensors/shards.ts";
import type { Weights } from "./tensor.ts";

/** Opens a folder's weights, in one file or in shards. @throws CheckpointError if they are missing or damaged. */
export async function openWeights(folder: string): Promise<SafetensorsFile> {
  if ((await fileSize(join(folder, weightsName))) !== undefined) return openSafetensors(join(folder, weightsName));
  if ((await fileSize(join(folder, weightsIndexName))) !== undefined) return openShards(folder, weightsIndexName);
  const facts = { file: folder, expected: `${weightsName} or ${weightsIndexName}`, found: "neither" };
  throw new CheckpointError("the weights are missing", facts);
}

/**
 * Reads tensors to be trained or run.
 * @throws CheckpointError also for a weight that is NaN or infinite, which would silently spoil every answer.
 */
export async function readWeights(file: SafetensorsFile, names: Iterable<string>): Promise<Weights> {
  const weights: Weights = new Map();
  for (const name of names) {
    const data = await file.read(name);
    const wrong = data.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) {
      const facts = {
        file: file.path,
        tensor: name,
        expected: "finite numbers",
        found: `${data[wrong]} at ${wrong}`,
      };
      throw new CheckpointError("unusable weights", { ...facts, next: "The training that wrote them diverged." });
    }
    weights.set(name, { shape: file.info(name).shape, data });
  }
  return weights;
}
