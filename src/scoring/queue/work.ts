import { DataError, Interrupted, UserError } from "../../errors.ts";
import type { QueuedJob } from "../../queue/library.ts";
import type { QueueEvent } from "../../queue/queue-silence.ts";
import { takeJobs } from "../../queue/take-jobs.ts";
import { readManifest, type Manifest } from "../manifest.ts";
import { donePart, partPaths, writeFailed } from "../part-files.ts";
import { ScoringThread } from "../scoring-thread.ts";
import { scoreShard } from "../score-shard.ts";
import type { ScoreWorkerConfig } from "../settings.ts";
import { queueName, type ShardJob } from "./shard-job.ts";

export type ScoreWorkerEvent =
  | { readonly type: "ready" }
  | QueueEvent
  | { readonly type: "shard"; readonly folder: string; readonly shard: number; readonly rows: number; readonly rejects: number; readonly seconds: number } // prettier-ignore
  /** Somebody else had done it. */
  | { readonly type: "known"; readonly folder: string; readonly shard: number }
  | { readonly type: "failed"; readonly folder: string; readonly shard: number; readonly error: string };

export interface ScoreWorkerResult {
  readonly shards: number;
  readonly rows: number;
  readonly rejects: number;
}

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
  const sum = { shards: 0, rows: 0, rejects: 0 };
  const count = (event: ScoreWorkerEvent): void => {
    if (event.type === "shard") {
      sum.shards++;
      sum.rows += event.rows;
      sum.rejects += event.rejects;
    }
    emit(event);
  };
  const slots = Array.from({ length: workers }, () => new Slot({ model, threads, signal }, count));
  const taking = {
    name: queueName,
    url,
    lockSeconds,
    idleSeconds: untilEmpty ? 0 : undefined,
    signal,
    onReady: () => emit({ type: "ready" }),
    onQueue: emit,
    isLasting: (error: Error) => error instanceof DataError,
  };
  try {
    await takeJobs<ShardJob>(
      taking,
      slots.map((slot) => (job) => slot.score(job)),
    );
  } finally {
    await Promise.all(slots.map((slot) => slot.close()));
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
  async score({ data: { folder, run, shard } }: QueuedJob<ShardJob>): Promise<void> {
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
