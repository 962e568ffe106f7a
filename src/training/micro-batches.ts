import { rankOfPart, shareOf, type RankGroup } from "./rank-group.ts";
import { StepSum } from "./step-sum.ts";
import type { Share, Step, TrainingSession } from "./training-session.ts";

/** Encoded training examples. `lengths`, in words, serve to group examples so that they need little padding. */
export interface TrainingExamples<Batch> {
  readonly lengths: ArrayLike<number>;
  /** Makes one batch with labels of the examples with these indexes; a share of a batch is padded as the whole. */
  batch(indices: readonly number[], whole?: Batch): Batch;
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
 * Sums loss and gradients of one step over its micro-batches, and over the ranks if there are several. Returns undefined
 * if the run is to stop: a step that was begun is then left out, and gives the same when it is made again.
 */
export async function accumulate<Batch>(
  session: TrainableSession<Batch>,
  examples: TrainingExamples<Batch>,
  indices: readonly number[],
  parts: number,
  place: StepPlace,
  ranks?: RankGroup,
): Promise<Step | undefined> {
  const step = await ownStep(session, examples, indices, parts, place, ranks);
  return ranks ? ranks.sum(step) : step;
}

async function ownStep<Batch>(
  session: TrainableSession<Batch>,
  examples: TrainingExamples<Batch>,
  indices: readonly number[],
  parts: number,
  { shouldStop, ...place }: StepPlace,
  ranks: RankGroup | undefined,
): Promise<Step | undefined> {
  if (shouldStop()) return undefined;
  if (parts === 1 && !ranks) return session.run(examples.batch(indices), place);
  const size = Math.ceil(indices.length / parts);
  const batches: { readonly whole: Batch; readonly indices: readonly number[] }[] = [];
  for (let from = 0; from < indices.length; from += size) {
    const chosen = indices.slice(from, from + size);
    batches.push({ whole: examples.batch(chosen), indices: chosen });
  }
  const rowsInMean = batches.reduce((sum, { whole }) => sum + session.countRows(whole), 0);
  const runs = [...batches.entries()].flatMap(([part, { whole, indices: chosen }]) => {
    const share = ranks ? shareOfPart(examples, whole, chosen, part, batches.length, ranks) : { batch: whole };
    return share ? [{ ...share, part }] : [];
  });
  const sum = new StepSum();
  for (const [i, { batch, share, part }] of runs.entries()) {
    if (i > 0 && shouldStop()) return undefined;
    const micro = await session.run(batch, { ...place, part, rowsInMean, share });
    if (runs.length === 1) return micro;
    await session.fetchGradients?.();
    sum.add(micro);
  }
  return sum.total;
}

interface RankPart<Batch> {
  readonly batch: Batch;
  readonly share?: Share<Batch> | undefined;
}

/**
 * Makes what a rank runs of a micro-batch; undefined if that is nothing. If the micro-batches can be dealt out whole, each
 * is computed as by one process; otherwise every rank runs some of the examples of each.
 */
function shareOfPart<Batch>(
  examples: TrainingExamples<Batch>,
  whole: Batch,
  indices: readonly number[],
  part: number,
  parts: number,
  ranks: RankGroup,
): RankPart<Batch> | undefined {
  if (parts % ranks.size === 0) return rankOfPart(part, parts, ranks) === ranks.rank ? { batch: whole } : undefined;
  const { own, before } = shareOf(indices, ranks);
  if (own.length === 0) return undefined;
  const share = { whole, before: before.length === 0 ? undefined : examples.batch(before, whole) };
  return { batch: examples.batch(own, whole), share };
}
