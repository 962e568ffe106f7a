import { DataError, Interrupted, TryAgainError, UserError } from "../errors.ts";
import type { QueueEvent } from "../queue/queue-silence.ts";
import { emitted } from "../run/emitted.ts";
import { donePart, partPaths, writeFailed, type DonePart } from "./part-files.ts";
import { readManifest, type Manifest } from "./manifest.ts";
import { merged } from "./merged.ts";
import { namedShards } from "./named-shards.ts";
import { ScoringThread } from "./scoring-thread.ts";
import { scoreShard } from "./score-shard.ts";
import type { ScoreRunConfig } from "./settings.ts";
import { shardsOfTask } from "./shards-of-task.ts";

export type ScoreRunEvent =
  /** Before the first shard: what is to be done, and what is done already. */
  | { readonly type: "start"; readonly shards: number; readonly skipped: number; readonly rows: number }
  | { readonly type: "progress"; readonly done: number; readonly total: number }
  | {
      readonly type: "shard";
      readonly shard: number;
      readonly rows: number;
      readonly rejects: number;
      readonly seconds: number;
    }
  /** Another process had done it. */
  | { readonly type: "known"; readonly shard: number }
  /** `isTried` if the shard is tried once more. */
  | {
      readonly type: "failed";
      readonly shard: number;
      readonly attempt: number;
      readonly error: string;
      readonly isTried: boolean;
    }
  /** Of a run whose shards workers of a queue score. */
  | QueueEvent;

export interface ScoreRunResult {
  /** Shards scored by this call, and those that were done before. */
  readonly shards: number;
  readonly skipped: number;
  readonly rows: number;
  readonly rejects: number;
  readonly seconds: number;
}

/** How often a shard is tried if its failure may pass. */
const attempts = 3;

/** The shards that a call scores. */
export interface WantedShards {
  /** Those that the settings name, in the environment of an engine for example. */
  readonly env?: NodeJS.ProcessEnv;
  /** In their place, shards that become known one after the other, while others are scored. */
  readonly named?: AsyncIterable<number> | undefined;
}

/**
 * Scores the shards of a plan that are not done yet, several at once. The same call goes on after any interruption.
 * @throws DataError if shards failed that no further attempt would mend; TryAgainError if another attempt might;
 * UsageError if model or program are not those of the plan
 */
export async function* scoreRun(
  folder: string,
  config: ScoreRunConfig,
  signal: AbortSignal,
  { env = process.env, named }: WantedShards = {},
): AsyncGenerator<ScoreRunEvent, ScoreRunResult> {
  const started = performance.now();
  const plan = await readManifest(folder);
  const wanted = shardsOfTask(plan, config, env);
  const open: number[] = [];
  for (const shard of wanted) if (named || !(await donePart(folder, plan, shard))) open.push(shard);
  const total = open.reduce((sum, shard) => sum + plan.shards[shard]!.rows, 0);
  const skipped = wanted.length - open.length;
  yield { type: "start", shards: wanted.length, skipped, rows: total };
  const sum = { shards: 0, rows: 0, rejects: 0 };
  const failures: Failure[] = [];
  if (open.length > 0) {
    const models = await ScoringThread.openAll(plan, Math.min(config.workers, open.length), { ...config, signal });
    const closing = (): void => void Promise.all(models.map((model) => model.close()));
    signal.addEventListener("abort", closing);
    try {
      const ending = new AbortController();
      const queue = named ? namedShards(named, plan, signal, ending.signal) : (async function* () { yield* open; })(); // prettier-ignore
      const end = (): void => ending.abort();
      const workers = models.map((model) => worker({ folder, plan, queue, model, signal, failures, end }));
      let done = 0;
      for await (const event of merged(workers)) {
        if (event.type === "rows") yield { type: "progress", done: (done += event.rows), total };
        else {
          if (event.type === "shard") {
            sum.shards++;
            sum.rows += event.rows;
            sum.rejects += event.rejects;
          }
          yield event;
        }
      }
    } finally {
      signal.removeEventListener("abort", closing);
      await Promise.all(models.map((model) => model.close()));
    }
  }
  if (failures.length > 0) throw failureOf(failures, wanted.length);
  return { ...sum, skipped, seconds: (performance.now() - started) / 1000 };
}

/** A shard that could not be scored. */
export interface Failure {
  readonly shard: number;
  readonly message: string;
  /** Whether another attempt may end otherwise. */
  readonly isTransient: boolean;
}

interface Working {
  readonly folder: string;
  readonly plan: Manifest;
  /** Shared by the workers, so that each shard is taken by one of them. */
  readonly queue: AsyncIterable<number>;
  readonly model: ScoringThread;
  readonly signal: AbortSignal;
  readonly failures: Failure[];
  /** Ends the queue for all workers: one that waits for a shard to be named would hold up the error of another. */
  readonly end: () => void;
}

type WorkerEvent =
  | Extract<ScoreRunEvent, { readonly type: "shard" | "known" | "failed" }>
  | { readonly type: "rows"; readonly rows: number };

async function* worker(working: Working): AsyncGenerator<WorkerEvent, void> {
  const { queue, end } = working;
  for await (const shard of queue) {
    try {
      yield* tryShard(working, shard);
    } catch (error) {
      end();
      throw error;
    }
  }
}

/** Scores a shard; a failure that may pass is tried again, any other is noted. */
async function* tryShard(working: Working, shard: number): AsyncGenerator<WorkerEvent, void> {
  const { folder, plan, model, signal, failures } = working;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    try {
      if (await donePart(folder, plan, shard)) {
        yield { type: "known", shard };
        return;
      }
      const part = yield* emitted<WorkerEvent, DonePart>((emit) =>
        scoreShard(folder, plan, shard, model, { signal, onRows: (rows) => emit({ type: "rows", rows }) }),
      );
      yield { type: "shard", shard, rows: part.rows, rejects: part.rejects, seconds: part.seconds };
      return;
    } catch (error) {
      if (signal.aborted) throw new Interrupted("stopped");
      if (!(error instanceof Error)) throw error;
      const isTransient = !(error instanceof DataError);
      if (error instanceof UserError && error.exitCode === 64) throw error;
      const isTried = isTransient && attempt < attempts;
      yield { type: "failed", shard, attempt, error: error.message, isTried };
      if (isTried) continue;
      const time = new Date().toISOString();
      const paths = partPaths(folder, shard, plan.shards.length);
      await writeFailed(paths, { run: plan.run, shard, error: error.message, isTransient, time }).catch(() => {}); // the first failure is the one to report
      failures.push({ shard, message: error.message, isTransient });
      return;
    }
  }
}

/** The error of a run in which shards failed. */
export function failureOf(failures: readonly Failure[], wanted: number): UserError {
  const [{ shard, message }] = failures as [Failure];
  const text = `${failures.length} of ${wanted} shards could not be scored. Shard ${shard}: ${message}`;
  return failures.some(({ isTransient }) => !isTransient)
    ? new DataError(`${text} The other shards are kept; relata score status lists those that failed.`)
    : new TryAgainError(`${text} This may pass: the same command goes on with the shards that are left.`);
}
