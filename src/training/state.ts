import type { LossScalerState } from "./loss-scaler.ts";
import type { OptimizerState } from "./optimizer.ts";
import type { EvaluationResult } from "./training-events.ts";

/** The best score so far, for how many evaluations there was none better, and the weights that are kept. */
export interface BestSoFar {
  readonly value: number;
  /** 0 before the first evaluation. */
  readonly step: number;
  readonly evaluationsSince: number;
  /** Of `value`; absent if only a better score takes the place of the kept weights. */
  readonly standardError?: number | undefined;
  /** The step of the last evaluation whose score is within this error of the best; 0 before the first evaluation. */
  readonly keptStep: number;
}

/**
 * The state of a run after a step, beside its weights. Data order and dropout are functions of the seed and the step, and
 * micro-batches are summed within a step, so that none of them has a state of its own.
 */
export interface LoopState {
  readonly step: number;
  readonly best: BestSoFar;
  /** The step of the last evaluation; 0 before the first. */
  readonly lastEvaluation: number;
  /** The losses of the steps since then. */
  readonly losses: readonly number[];
  /** In float16. */
  readonly lossScaler?: LossScalerState | undefined;
}

/** All that a run needs beside its weights, its data, its settings and its seed to go on as if it had not ended. */
export interface TrainingState {
  readonly loop: LoopState;
  readonly optimizer: OptimizerState;
}

/** A moment between two steps, at which the state of a run can be kept. */
export interface Boundary {
  readonly type: "boundary";
  readonly step: number;
  readonly totalSteps: number;
  readonly stepsPerEpoch: number;
  /**
   * The event before it: a step, the evaluation after a step, that the run is to stop, or that it stops before any weights were
   * evaluated, so that this state is all there is of it.
   */
  readonly why: "step" | "evaluation" | "stopping" | "unscored";
  /** Returns the state without weights and optimizer. */
  loop(): LoopState;
  /** Returns the state; its arrays change at the next step. */
  state(): Promise<TrainingState>;
}

export const freshState = (lowerIsBetter: boolean): LoopState => ({
  step: 0,
  best: { value: lowerIsBetter ? Infinity : -Infinity, step: 0, evaluationsSince: 0, keptStep: 0 },
  lastEvaluation: 0,
  losses: [],
});

/**
 * The best score and the kept weights after an evaluation. Of equal scores the earlier one is best. With a standard error,
 * the latest weights are kept whose score is within it of the best (the one-standard-error rule of Breiman et al. 1984,
 * towards the end of the run): the highest of many noisy scores is high by chance, and weights which learnt longer, at a
 * learning rate that falls to 0, are better wherever the score cannot decide.
 */
export function withScore(
  best: BestSoFar,
  step: number,
  { value, standardError }: EvaluationResult,
  lowerIsBetter: boolean,
): BestSoFar {
  const isKept = best.step === 0 || (lowerIsBetter ? value < best.value : value > best.value);
  if (isKept) return { value, step, evaluationsSince: 0, standardError, keptStep: step };
  const isAsGood = best.standardError !== undefined && Math.abs(value - best.value) <= best.standardError;
  return {
    ...best,
    evaluationsSince: best.evaluationsSince + 1,
    keptStep: isAsGood ? step : best.keptStep,
  };
}
