// Runs of the training loop in a precision, on the device that rounds as a GPU does.
import { initializeFromScratch } from "../../src/model/encoders/luke/initialization.ts";
import { pairHead } from "../../src/model/heads/pair-head.ts";
import type { Weights } from "../../src/nn/parameters.ts";
import type { Precision } from "../../src/precision-names.ts";
import type { Batch } from "../../src/tokenization/inputs/collate.ts";
import { trainingLoop, type TrainableSession, type TrainingEvent } from "../../src/training/loop.ts";
import { trainingSettings } from "../../src/training/settings.ts";
import { freshState, type TrainingState } from "../../src/training/state.ts";
import { halfDevice } from "./half-device.ts";
import { classifierParameters, TrainingSession } from "./luke.ts";
import { examples, numLabels, tiny } from "./tiny-training.ts";

export type Event = TrainingEvent<{ value: number }>;

export interface HalfRun {
  readonly precision: Precision;
  readonly steps: number;
  /** The loss scale to begin with; that of a new run if not given. */
  readonly lossScale?: number;
  readonly resume?: { readonly state: TrainingState; readonly weights: Weights };
  /** Wraps the session, to disturb it. */
  readonly wrap?: (session: TrainingSession) => TrainableSession<Batch>;
  /** Called between steps with the state and the weights. */
  readonly onBoundary?: (step: number, state: TrainingState, weights: Weights) => void;
}

/** Trains a tiny luke-mini with dropout; returns the events of its steps. */
export async function halfRun({ precision, steps, lossScale, resume, wrap, onBoundary }: HalfRun): Promise<Event[]> {
  const settings = {
    ...trainingSettings.parse({ precision, maxSteps: 200, evalSteps: 200 }),
    learningRate: 5e-4,
    epochs: 50,
    batchSize: 8,
  };
  const weights =
    resume?.weights ?? initializeFromScratch(classifierParameters(pairHead, tiny, numLabels), tiny, settings.seed);
  const session = await TrainingSession.create(tiny, numLabels, weights, {
    device: halfDevice,
    precision,
    seed: settings.seed,
    intraOpNumThreads: 1,
  });
  const events: Event[] = [];
  try {
    const loop = trainingLoop({
      session: wrap?.(session) ?? session,
      examples,
      settings,
      resume: resume?.state ?? (lossScale === undefined ? undefined : stateAtStart(lossScale)),
      // eslint-disable-next-line require-yield -- it has no progress
      evaluate: async function* () {
        return { value: 0 };
      },
    });
    for await (const event of loop) {
      if (event.type !== "boundary") events.push(event);
      else {
        if (onBoundary) onBoundary(event.step, await event.state(), weights);
        if (event.step === steps) break;
      }
    }
  } finally {
    await session.dispose();
  }
  return events;
}

const stateAtStart = (scale: number): TrainingState => ({
  loop: { ...freshState(false), lossScaler: { scale, growthTracker: 0, skippedSteps: 0 } },
  optimizer: { step: 0, arrays: new Map() },
});

/** The losses of all steps, those that were skipped among them. */
export const lossesOf = (events: readonly Event[]): number[] =>
  events.flatMap((event) => (event.type === "step" || event.type === "overflow" ? [event.loss ?? Number.NaN] : []));

/** The largest difference of the losses of two runs. */
export const farthest = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((loss, i) => Math.abs(loss - b[i]!)));
