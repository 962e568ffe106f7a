import type { ParameterSpec, Weights } from "../nn/parameters.ts";
import type { Gradients } from "./gradients.ts";
import type { Device } from "../runtime/device.ts";
import type { LoopSettings } from "./loop-settings.ts";

/** The state of an optimizer between two steps; to resume a run it is needed beside the weights. */
export interface OptimizerState {
  readonly step: number;
  /** Arrays by a name that begins with that of the parameter. */
  readonly arrays: ReadonlyMap<string, Float32Array | Int32Array>;
}

/** Changes the weights in place by their gradients. */
export interface Optimizer {
  /**
   * Takes one step. `scale` multiplies every gradient: 1, or less if their norm is clipped. The head's parameters are
   * updated at `headLearningRate`, all others at `learningRate`.
   */
  step(gradients: Gradients, learningRate: number, scale?: number, headLearningRate?: number): Promise<void>;
  /** Returns the state, whose arrays may change at the next step; of a device with memory of its own, as `fetch` has brought it. */
  state(): OptimizerState;
  /**
   * Copies the state of an optimizer of the same kind for the same parameters.
   * @throws if the state is of another kind
   */
  restore(state: OptimizerState): void;
  /** Brings the state from a device with memory of its own, before `state`. */
  fetch?(): Promise<void>;
  dispose(): Promise<void>;
}

/** Makes an optimizer for these weights, whose graphs run on `device`. */
export type MakeOptimizer = (
  weights: Weights,
  specs: readonly ParameterSpec[],
  settings: LoopSettings,
  device: Device,
) => Promise<Optimizer>;
