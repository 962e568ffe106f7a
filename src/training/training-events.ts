import type { Placement } from "../runtime/device.ts";

/**
 * The score of a model: `value` is compared, higher is better unless `lowerIsBetter`. NaN means that the model's
 * answers are not numbers: the run has diverged.
 */
export interface EvaluationResult {
  readonly value: number;
  /** How far `value` would vary by chance, if other texts had been held out; absent if any better score counts. */
  readonly standardError?: number | undefined;
}

export interface Progress {
  readonly done: number;
  readonly total: number;
}

/** After the second step on a device with memory of its own, or the only one: where nodes run, and what a step copies. */
export interface PlacementEvent extends Placement {
  readonly type: "placement";
  readonly device: string;
  /** Bytes of a step that are copied to the device: the batch, and the places of dropout masks. */
  readonly bytesToDevice: number;
  /** Bytes of a step that come back: the loss, and the norm of the gradients. */
  readonly bytesFromDevice: number;
  readonly weightBytes: number;
}

export type TrainingEvent<E extends EvaluationResult> =
  | {
      readonly type: "step";
      readonly step: number;
      readonly totalSteps: number;
      /** Passes over the data so far, as a fraction. */
      readonly epoch: number;
      readonly loss: number;
      readonly learningRate: number;
      /** The learning rate of the head, if it has its own. */
      readonly headLearningRate?: number;
      readonly gradientNorm: number;
      readonly examples: number;
      /** The factor of the loss in this step, in float16. */
      readonly lossScale?: number;
    }
  /** A step that was skipped, since its gradients overflowed float16: the weights stay as they are. */
  | {
      readonly type: "overflow";
      readonly step: number;
      readonly totalSteps: number;
      readonly epoch: number;
      /** Null if the loss is not finite either. */
      readonly loss: number | null;
      /** The factor of the loss from now on, half of what it was. */
      readonly lossScale: number;
      /** The steps that were skipped so far, this one included. */
      readonly skippedSteps: number;
      readonly examples: number;
    }
  | PlacementEvent
  | { readonly type: "evaluating"; readonly step: number; readonly done: number; readonly total: number }
  | {
      readonly type: "evaluation";
      readonly step: number;
      readonly epoch: number;
      /** Mean loss of the steps since the last evaluation. */
      readonly trainingLoss: number;
      readonly result: E;
      /** Whether the weights of this step are kept, in the place of those that were. */
      readonly isKept: boolean;
    }
  | {
      readonly type: "done";
      readonly step: number;
      /** The step whose weights are kept; 0 if none was evaluated. */
      readonly keptStep: number;
      readonly reason: "finished" | "patience" | "stopped";
      /** In float16: the steps that were skipped, and the factor of the loss at the end. */
      readonly skippedSteps?: number;
      readonly lossScale?: number;
    };
