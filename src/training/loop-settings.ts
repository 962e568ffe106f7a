import type { TrainingSettings } from "./settings.ts";

/** Settings of a run after the defaults that depend on the model were filled in. */
export type LoopSettings = TrainingSettings & {
  readonly epochs: number;
  readonly learningRate: number;
  readonly batchSize: number;
};
