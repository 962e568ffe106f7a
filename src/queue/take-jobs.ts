import { setTimeout as pause } from "node:timers/promises";
import { connectionTo, loadQueueLibrary, requireReady } from "./connection.ts";
import type { QueuedJob } from "./library.ts";

/** The way in which a worker takes jobs. */
export interface Taking {
  /** The name of the queue. */
  readonly name: string;
  readonly url: string;
  readonly lockSeconds: number;
  /** The worker ends once the queue has been empty for this long; if not given, it waits for more. */
  readonly idleSeconds?: number | undefined;
  readonly signal: AbortSignal;
  readonly onReady: () => void;
  /** Whether no further attempt would mend this failure. */
  readonly isLasting: (error: Error) => boolean;
}

/** How often a job may be taken from workers that fell silent, before it is a dead letter. */
const maxStalledCount = 5;
/** Milliseconds between two looks whether the queue is empty. */
const interval = 1000;

/**
 * Does the jobs of a queue until the signal is given, one at a time in each slot. Slots must not block this thread, which
 * renews the locks of the jobs.
 * @throws TryAgainError if the queue cannot be reached at first
 */
export async function takeJobs<Data>(
  taking: Taking,
  slots: readonly ((job: QueuedJob<Data>) => Promise<void>)[],
): Promise<void> {
  const { name, url, signal } = taking;
  const connection = connectionTo(url);
  const library = await loadQueueLibrary();
  const queue = new library.Queue<Data>(name, connection);
  await requireReady(queue, url);
  const lockDuration = taking.lockSeconds * 1000;
  const options = { ...connectionTo(url), lockDuration, stalledInterval: lockDuration, maxStalledCount };
  const running = slots.map((slot) => {
    const worker = new library.Worker<Data>(
      name,
      async (job, token) => {
        try {
          await slot(job);
        } catch (error) {
          if (signal.aborted) {
            // No attempt of its own: another worker goes on at once.
            await job.moveToWait(token);
            throw new library.WaitingError();
          }
          if (error instanceof Error && taking.isLasting(error)) throw new library.UnrecoverableError(error.message);
          throw error;
        }
      },
      options,
    );
    worker.on("error", () => {}); // the connection comes back by itself
    return worker;
  });
  taking.onReady();
  try {
    let lastSeen = performance.now();
    while (!signal.aborted) {
      await pause(interval, undefined, { signal }).catch(() => {});
      if (taking.idleSeconds === undefined || signal.aborted) continue;
      const { waiting = 0, active = 0, delayed = 0 } = await queue.getJobCounts();
      if (waiting + active + delayed > 0) lastSeen = performance.now();
      else if (performance.now() - lastSeen >= taking.idleSeconds * 1000) break;
    }
  } finally {
    await Promise.all(running.map((worker) => worker.close()));
    await queue.close();
  }
}
