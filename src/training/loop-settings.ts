import type { TrainingSettings } from "./settings.ts";

/** Settings of a run whose defaults that depend on the model are known. */
export type LoopSettings = TrainingSettings & {
  readonly epochs: number;
  readonly learningRate: number;
  readonly batchSize: number;
};
