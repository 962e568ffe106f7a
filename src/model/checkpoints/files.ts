/** The names of a checkpoint's files. */
export const manifestOfCheckpoint = "MANIFEST.json";
export const stateName = "trainer_state.json";
export const optimizerName = "optimizer.safetensors";
/** The weights that learn, as they are at the step. */
export const currentWeightsName = "model.safetensors";
/** The weights that are kept as the model so far, as the model folder has them. */
export const bestWeightsName = "best.safetensors";
/** The logits of these weights on the held-out documents. */
export const bestLogitsName = "best_logits.safetensors";

const pattern = /^checkpoint-(\d+)$/;

export const checkpointName = (step: number): string => `checkpoint-${step}`;

/** The step of a checkpoint's folder; undefined for any other name. */
export function stepOfName(name: string): number | undefined {
  const digits = pattern.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
