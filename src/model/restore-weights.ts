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
    for (const [name, { data }] of weights) data.set(await saved.read(name));
  } finally {
    await saved.close();
  }
}
