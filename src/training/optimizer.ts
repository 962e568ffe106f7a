import type { ParameterSpec, Weights } from "../nn/parameters.ts";
import type { Gradients } from "./gradients.ts";
import type { LoopSettings } from "./loop-settings.ts";

/** Everything that an optimizer remembers between two steps; a run that is resumed needs it beside the weights. */
export interface OptimizerState {
  readonly step: number;
  /** By a name that begins with that of the parameter. */
  readonly arrays: ReadonlyMap<string, Float32Array | Int32Array>;
}

/** Changes the weights in place by their gradients. */
export interface Optimizer {
  /**
   * One step. `scale` multiplies every gradient: 1, or less where their norm is clipped. The head's parameters move at
   * `headLearningRate`, all others at `learningRate`.
   */
  step(gradients: Gradients, learningRate: number, scale?: number, headLearningRate?: number): Promise<void>;
  /** A copy of the state. */
  state(): OptimizerState;
  /** Goes on from a state of an optimizer of the same kind, for the same parameters. @throws if it is another's. */
  restore(state: OptimizerState): void;
  dispose(): Promise<void>;
}

/** Makes an optimizer of these weights. */
export type MakeOptimizer = (
  weights: Weights,
  specs: readonly ParameterSpec[],
  settings: LoopSettings,
) => Promise<Optimizer>;
