import { setTimeout as pause } from "node:timers/promises";
import { DataError, Interrupted, UserError } from "../../errors.ts";
import { readManifest, type Manifest } from "../manifest.ts";
import { donePart, partPaths, writeFailed } from "../part-files.ts";
import { ScoringThread } from "../scoring-thread.ts";
import { scoreShard } from "../score-shard.ts";
import type { ScoreWorkerConfig } from "../settings.ts";
import { connectionTo, loadQueueLibrary, queueName, requireReady } from "./connection.ts";
import type { QueuedShard } from "./library.ts";

export type ScoreWorkerEvent =
  | { readonly type: "ready" }
  | { readonly type: "shard"; readonly folder: string; readonly shard: number; readonly rows: number; readonly rejects: number; readonly seconds: number } // prettier-ignore
  /** Somebody else had done it. */
  | { readonly type: "known"; readonly folder: string; readonly shard: number }
  | { readonly type: "failed"; readonly folder: string; readonly shard: number; readonly error: string };

export interface ScoreWorkerResult {
  readonly shards: number;
  readonly rows: number;
  readonly rejects: number;
}

/** How often a shard may be taken from workers that fell silent, before it is a dead letter. */
const maxStalledCount = 5;
/** Milliseconds between two looks whether the queue is empty. */
const interval = 1000;

/**
 * Scores shards that a queue names, until it is stopped. The model computes on a thread of its own, so that the locks of
 * this worker's jobs are renewed however long a batch takes.
 * @throws TryAgainError if the queue cannot be reached at first
 */
export async function scoreFromQueue(
  { queue: url, workers, threads, model, lockSeconds, untilEmpty }: ScoreWorkerConfig,
  signal: AbortSignal,
  emit: (event: ScoreWorkerEvent) => void,
): Promise<ScoreWorkerResult> {
  const library = await loadQueueLibrary();
  const sum = { shards: 0, rows: 0, rejects: 0 };
  const queue = new library.Queue(queueName, connectionTo(url));
  await requireReady(queue, url);
  const count = (event: ScoreWorkerEvent): void => {
    if (event.type === "shard") {
      sum.shards++;
      sum.rows += event.rows;
      sum.rejects += event.rejects;
    }
    emit(event);
  };
  const slots = Array.from({ length: workers }, () => new Slot({ model, threads, signal }, count));
  const lockDuration = lockSeconds * 1000;
  const options = { ...connectionTo(url), lockDuration, stalledInterval: lockDuration, maxStalledCount };
  const running = slots.map((slot) => {
    const worker = new library.Worker(
      queueName,
      async (job, token) => {
        try {
          await slot.score(job);
        } catch (error) {
          if (signal.aborted) {
            // No attempt of its own: another worker goes on at once.
            await job.moveToWait(token);
            throw new library.WaitingError();
          }
          if (error instanceof DataError) throw new library.UnrecoverableError(error.message);
          throw error;
        }
      },
      options,
    );
    worker.on("error", () => {}); // the connection comes back by itself
    return worker;
  });
  emit({ type: "ready" });
  try {
    while (!signal.aborted) {
      await pause(interval, undefined, { signal }).catch(() => {});
      if (!untilEmpty || signal.aborted) continue;
      const { waiting = 0, active = 0, delayed = 0 } = await queue.getJobCounts();
      if (waiting + active + delayed === 0) break;
    }
  } finally {
    await Promise.all(running.map((worker) => worker.close()));
    await Promise.all(slots.map((slot) => slot.close()));
    await queue.close();
  }
  return sum;
}

interface Opening {
  readonly model: string | undefined;
  readonly threads: number;
  readonly signal: AbortSignal;
}

/** The model of one worker, opened for the run whose shard came last. */
class Slot {
  readonly #opening: Opening;
  readonly #emit: (event: ScoreWorkerEvent) => void;
  #opened: { readonly folder: string; readonly plan: Manifest; readonly model: ScoringThread } | undefined;

  constructor(opening: Opening, emit: (event: ScoreWorkerEvent) => void) {
    this.#opening = opening;
    this.#emit = emit;
  }

  /** @throws DataError for a failure that no further attempt would mend */
  async score({ data: { folder, run, shard } }: QueuedShard): Promise<void> {
    const { signal } = this.#opening;
    signal.throwIfAborted();
    try {
      const { plan, model } = await this.#open(folder, run);
      if (await donePart(folder, plan, shard)) return this.#emit({ type: "known", folder, shard });
      const { rows, rejects, seconds } = await scoreShard(folder, plan, shard, model, { signal });
      this.#emit({ type: "shard", folder, shard, rows, rejects, seconds });
    } catch (error) {
      if (signal.aborted || !(error instanceof Error)) throw new Interrupted("stopped");
      this.#emit({ type: "failed", folder, shard, error: error.message });
      await this.#note(shard, error);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#opened?.model.close();
    this.#opened = undefined;
  }

  async #open(folder: string, run: string): Promise<{ readonly plan: Manifest; readonly model: ScoringThread }> {
    if (this.#opened?.folder === folder && this.#opened.plan.run === run) return this.#opened;
    await this.close();
    const plan = await readManifest(folder);
    if (plan.run !== run) throw new DataError(`${folder} holds the plan ${plan.run}, and the job is of ${run}.`);
    const [model] = await ScoringThread.openAll(plan, 1, this.#opening);
    this.#opened = { folder, plan, model: model! };
    const closing = (): void => void model!.close();
    this.#opening.signal.addEventListener("abort", closing, { once: true });
    return this.#opened;
  }

  async #note(shard: number, error: Error): Promise<void> {
    if (!this.#opened) return;
    const { folder, plan } = this.#opened;
    const isTransient = !(error instanceof DataError) && !(error instanceof UserError && error.exitCode === 64);
    const time = new Date().toISOString();
    const part = { run: plan.run, shard, error: error.message, isTransient, time };
    await writeFailed(partPaths(folder, shard, plan.shards.length), part).catch(() => {}); // the first failure is the one to report
  }
}
