import { join } from "node:path";
import { adapterTensors } from "./adapters/start-adapter.ts";
import { adapterWeightsName, weightsName } from "./file-names.ts";
import type { Start } from "./start.ts";
import { openSafetensors } from "./weights/safetensors/read.ts";

/** Reads the weights that a run has saved back into the arrays of its model, which scorers read in place. */
export async function restoreWeights(folder: string, model: Start): Promise<void> {
  const weights = model.adapter ? adapterTensors(model) : model.weights;
  const saved = await openSafetensors(join(folder, model.adapter ? adapterWeightsName : weightsName));
  try {
    // In place: a copy of the table of words would be the highest memory of a run.
    for (const [name, { data }] of weights) await saved.read(name, data as Float32Array<ArrayBuffer>);
  } finally {
    await saved.close();
  }
}
