import { setTimeout as pause } from "node:timers/promises";
import { AskedQueue } from "./asked-queue.ts";
import { connectionTo, loadQueueLibrary } from "./connection.ts";
import type { QueuedJob } from "./library.ts";
import { QueueSilence, type QueueEvent } from "./queue-silence.ts";

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
  /** Called when the queue falls silent, and when it answers again. */
  readonly onQueue: (event: QueueEvent) => void;
  /** Whether no further attempt would mend this failure. */
  readonly isLasting: (error: Error) => boolean;
}

/** How often a job may be taken from workers that fell silent, before it is a dead letter. */
const maxStalledCount = 5;
/** Milliseconds between two looks whether the queue is empty. */
const interval = 1000;
/** Such looks between two questions whether the queue is there, of a worker that does not end by itself. */
const looksPerQuestion = 5;

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
  const queue = await AskedQueue.open<Data>(name, url);
  const library = await loadQueueLibrary();
  const lockDuration = taking.lockSeconds * 1000;
  const options = { ...connectionTo(url, signal), lockDuration, stalledInterval: lockDuration, maxStalledCount };
  const underWay = new Set<Promise<void>>();
  const running = slots.map((slot) => {
    const worker = new library.Worker<Data>(
      name,
      async (job, token) => {
        const doing = slot(job);
        underWay.add(doing);
        try {
          await doing;
        } catch (error) {
          if (signal.aborted) {
            // No attempt of its own: another worker goes on at once.
            await job.moveToWait(token);
            throw new library.WaitingError();
          }
          if (error instanceof Error && taking.isLasting(error)) throw new library.UnrecoverableError(error.message);
          throw error;
        } finally {
          underWay.delete(doing);
        }
      },
      options,
    );
    worker.on("error", () => {}); // the connection comes back by itself
    return worker;
  });
  taking.onReady();
  try {
    await untilIdle(queue, taking);
  } finally {
    if (await answers(queue)) await Promise.all(running.map((worker) => worker.close()));
    else {
      // There is no way to give jobs back: others take them once their locks have run out.
      await Promise.allSettled(underWay);
      await Promise.all(running.map((worker) => worker.close(true)));
    }
    await queue.close();
  }
}

const answers = <Data>(queue: AskedQueue<Data>): Promise<boolean> =>
  queue
    .ask((asked) => asked.getJobCounts())
    .then(
      () => true,
      () => false,
    );

/** Waits for the signal, or until a queue that answers has been empty for a while. */
async function untilIdle<Data>(
  queue: AskedQueue<Data>,
  { signal, idleSeconds, onQueue }: Pick<Taking, "signal" | "idleSeconds" | "onQueue">,
): Promise<void> {
  const silence = new QueueSilence();
  let lastSeen = performance.now();
  for (let looks = 1; !signal.aborted; looks++) {
    await pause(interval, undefined, { signal }).catch(() => {});
    if (signal.aborted || (idleSeconds === undefined && looks % looksPerQuestion !== 0)) continue;
    try {
      const { waiting = 0, active = 0, delayed = 0 } = await queue.ask((asked) => asked.getJobCounts());
      silence.answered().forEach(onQueue);
      if (waiting + active + delayed > 0) lastSeen = performance.now();
      else if (idleSeconds !== undefined && performance.now() - lastSeen >= idleSeconds * 1000) return;
    } catch (error) {
      silence.failed(error).forEach(onQueue);
      lastSeen = performance.now(); // nobody knows
    }
  }
}
