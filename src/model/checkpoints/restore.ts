import { join } from "node:path";
import type { ParameterSpec, Weights } from "../../nn/parameters.ts";
import type { TrainingState } from "../../training/state.ts";
import { CheckpointError } from "../checkpoint-error.ts";
import { openSafetensors } from "../weights/safetensors/read.ts";
import { numElements } from "../weights/tensor.ts";
import type { TensorFile } from "../weights/tensor-file.ts";
import { bestLogitsName, bestWeightsName, currentWeightsName, optimizerName } from "./files.ts";
import type { ResumePoint } from "./find.ts";
import { readLogits, readOptimizer } from "./tensors.ts";
import { loopStateOf } from "./trainer-state.ts";

async function withFile<T>(path: string, read: (file: TensorFile) => Promise<T>): Promise<T> {
  const file = await openSafetensors(path);
  try {
    return await read(file);
  } finally {
    await file.close();
  }
}

/**
 * Reads the weights that learn into the arrays of a model, and returns the rest of the state. Of a run whose steps are all done
 * the arrays stay as they are.
 */
export async function restoreTraining(
  { path, state }: ResumePoint,
  specs: readonly ParameterSpec[],
  weights: Weights,
  lowerIsBetter: boolean,
): Promise<TrainingState> {
  const loop = loopStateOf(state, lowerIsBetter);
  if (state.relata.isTrained) return { loop, optimizer: { step: state.relata.optimizerStep, arrays: new Map() } };
  await withFile(join(path, currentWeightsName), async (file) => {
    for (const { name, trainable } of specs) {
      if (trainable === false) continue;
      const { data, shape } = weights.get(name)!;
      if (!file.has(name) || numElements(file.info(name).shape) !== data.length) {
        throw new CheckpointError("the checkpoint is of another model", {
          file: file.path,
          expected: `${name} of shape [${shape.join(", ")}]`,
          found: file.has(name) ? `shape [${file.info(name).shape.join(", ")}]` : "none",
          next: "Start a new run in another --output.",
        });
      }
      await file.read(name, data as Float32Array<ArrayBuffer>);
    }
  });
  const optimizer = await withFile(join(path, optimizerName), (file) =>
    readOptimizer(file, state.relata.optimizerStep),
  );
  return { loop, optimizer };
}

/** Reads the weights that were kept, under the names of the model folder, and their logits; undefined if there are none. */
export async function readBest({
  path,
  state,
}: ResumePoint): Promise<
  { readonly step: number; readonly weights: Weights; readonly logits: readonly Float32Array[] } | undefined
> {
  const { keptStep: step } = state.relata.best;
  if (step === 0) return undefined;
  const weights: Weights = await withFile(join(path, bestWeightsName), async (file) => {
    const read: Weights = new Map();
    for (const name of file.names) read.set(name, { shape: file.info(name).shape, data: await file.read(name) });
    return read;
  });
  return { step, weights, logits: await withFile(join(path, bestLogitsName), readLogits) };
}
