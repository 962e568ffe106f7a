import { DataError, Interrupted, UsageError } from "../errors.ts";
import { trainWorkerConfig, type TrainWorkerConfig, type TrainWorkerOptions } from "../experiment/settings.ts";
import { queueName, writeFailed, type SharedJob } from "../experiment/shared-runs.ts";
import type { TrainEvent } from "../experiment/train-events.ts";
import { emitted } from "./emitted.ts";
import type { QueueEvent } from "../queue/queue-silence.ts";
import { takeJobs } from "../queue/take-jobs.ts";
import { settings } from "./given.ts";
import { runJob } from "./run-job.ts";
import { Run, type RunOptions } from "./run.ts";

interface Named {
  /** The output folder of the sweep or of the repeated training. */
  readonly folder: string;
  /** The name of the run. */
  readonly name: string;
}

export type TrainWorkerEvent =
  | { readonly type: "ready" }
  | QueueEvent
  | (Named & { readonly type: "run" })
  /** Of a run under way. */
  | (Named & { readonly type: "train"; readonly event: TrainEvent })
  | (Named & { readonly type: "finished"; readonly seconds: number })
  /** Somebody else had done it, or nobody waits for it any more. */
  | (Named & { readonly type: "known" })
  | (Named & { readonly type: "failed"; readonly error: string });

export interface TrainWorkerResult {
  /** Runs that this worker has trained. */
  readonly runs: number;
}

/**
 * Trains the runs that `sweep` and `repeat` have queued with `queue`, until it is stopped. Each run has a thread of its own, so
 * that the locks of this worker's jobs are renewed however long a step takes.
 * @throws UserError for bad settings; TryAgainError if the queue cannot be reached at first
 */
export function trainForQueue(
  options: TrainWorkerOptions,
  run: RunOptions = {},
): Run<TrainWorkerEvent, TrainWorkerResult> {
  return new Run(async function* (signal) {
    const config = settings(trainWorkerConfig, options);
    return yield* emitted((emit: (event: TrainWorkerEvent) => void) => work(config, signal, emit));
  }, run);
}

async function work(
  { queue: url, workers, lockSeconds, untilIdle }: TrainWorkerConfig,
  signal: AbortSignal,
  emit: (event: TrainWorkerEvent) => void,
): Promise<TrainWorkerResult> {
  let runs = 0;
  const slot = async (job: SharedJob): Promise<void> => {
    const { folder, name } = job;
    try {
      signal.throwIfAborted();
      const started = performance.now();
      const training = runJob("trainShared", () => job, { signal });
      emit({ type: "run", folder, name });
      for await (const event of training) emit({ type: "train", folder, name, event });
      if (!(await training.result).isTrained) return emit({ type: "known", folder, name });
      runs++;
      emit({ type: "finished", folder, name, seconds: (performance.now() - started) / 1000 });
    } catch (error) {
      if (signal.aborted || !(error instanceof Error)) throw new Interrupted("stopped");
      emit({ type: "failed", folder, name, error: error.message });
      await writeFailed(job, error, !isLasting(error)).catch(() => {}); // the first failure is the one to report
      throw error;
    }
  };
  const taking = {
    name: queueName,
    url,
    lockSeconds,
    idleSeconds: untilIdle,
    signal,
    onReady: () => emit({ type: "ready" }),
    onQueue: emit,
    isLasting,
  };
  await takeJobs<SharedJob>(
    taking,
    Array.from(
      { length: workers },
      () =>
        ({ data }) =>
          slot(data),
    ),
  );
  return { runs };
}

/** Whether the same run would fail with every worker. */
const isLasting = (error: Error): boolean => error instanceof DataError || error instanceof UsageError;
