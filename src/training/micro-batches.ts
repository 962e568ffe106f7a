import { GradientSum } from "./gradients.ts";
import type { Step, TrainingSession } from "./training-session.ts";

/** Encoded training examples. `lengths`, in words, serve to group examples so that they need little padding. */
export interface TrainingExamples<Batch> {
  readonly lengths: ArrayLike<number>;
  /** Makes one batch with labels of the examples with these indexes. */
  batch(indices: readonly number[]): Batch;
}

/** The part of a TrainingSession that the loop needs. */
export type TrainableSession<Batch> = Pick<
  TrainingSession<Batch>,
  "weights" | "specs" | "device" | "countRows" | "run"
> &
  Partial<
    Pick<TrainingSession<Batch>, "scalesLoss" | "fetchWeights" | "fetchGradients" | "releaseWeights" | "storeWeights">
  >;

/** The place of a step in its run. */
export interface StepPlace {
  readonly epoch: number;
  readonly step: number;
  readonly lossScale: number | undefined;
  readonly shouldStop: () => boolean;
}

/**
 * Sums loss and gradients of one step over its micro-batches. Returns undefined if the run is to stop: a step that was
 * begun is then left out, and gives the same when it is made again.
 */
export async function accumulate<Batch>(
  session: TrainableSession<Batch>,
  examples: TrainingExamples<Batch>,
  indices: readonly number[],
  parts: number,
  { shouldStop, ...place }: StepPlace,
): Promise<Step | undefined> {
  if (shouldStop()) return undefined;
  if (parts === 1) return session.run(examples.batch(indices), place);
  const size = Math.ceil(indices.length / parts);
  let loss = 0;
  const gradients = new GradientSum();
  const batches: Batch[] = [];
  for (let from = 0; from < indices.length; from += size)
    batches.push(examples.batch(indices.slice(from, from + size)));
  const rowsInMean = batches.reduce((sum, batch) => sum + session.countRows(batch), 0);
  for (const [part, batch] of batches.entries()) {
    if (part > 0 && shouldStop()) return undefined;
    const micro = await session.run(batch, { ...place, part, rowsInMean });
    loss += micro.loss;
    await session.fetchGradients?.();
    gradients.add(micro.gradients);
  }
  return { loss, gradients: gradients.sum };
}
