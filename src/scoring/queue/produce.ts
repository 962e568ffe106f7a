import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Interrupted } from "../../errors.ts";
import { requireQueueUrl } from "../../queue/connection.ts";
import { QueuedJobs } from "../../queue/queued-jobs.ts";
import { QueueSilence } from "../../queue/queue-silence.ts";
import { readManifest, requireSameCode, type Manifest } from "../manifest.ts";
import { donePart, failedPart, partsFolder, shardOfDone } from "../part-files.ts";
import { failureOf, type Failure, type ScoreRunEvent, type ScoreRunResult } from "../run.ts";
import { jobIdOf, queueName, type ShardJob } from "./shard-job.ts";

/** Milliseconds between two looks at the folder; longer where a look takes long. */
const interval = 1000;
/** Looks between two checks that Redis still has a job for every shard: it may have lost its last second. */
const looksPerCheck = 5;

/**
 * Puts the shards of a plan that are not done into the queue, and waits until workers have scored them. The folder says
 * what is done, the queue only who does it: what Redis loses is queued again.
 * @throws as scoreRun; TryAgainError if the queue cannot be reached at first
 */
export async function* scoreByQueue(
  folder: string,
  url: string,
  signal: AbortSignal,
): AsyncGenerator<ScoreRunEvent, ScoreRunResult> {
  const started = performance.now();
  requireQueueUrl(url);
  const plan = await readManifest(folder);
  requireSameCode(plan);
  const jobs = await QueuedJobs.open<ShardJob>(queueName, url, plan.run);
  try {
    return yield* follow(new QueuedRun(resolve(folder), plan, jobs), started, signal);
  } finally {
    await jobs.close();
  }
}

async function* follow(
  run: QueuedRun,
  started: number,
  signal: AbortSignal,
): AsyncGenerator<ScoreRunEvent, ScoreRunResult> {
  const { plan, open } = run;
  await run.look();
  const skipped = plan.shards.length - open.size;
  const total = run.openRows;
  yield { type: "start", shards: plan.shards.length, skipped, rows: total };
  await run.jobs.retryFailed();
  await run.add();
  const sum = { shards: 0, rows: 0, rejects: 0 };
  const silence = new QueueSilence();
  for (let looks = 1; open.size > run.failed.size; looks++) {
    const took = performance.now();
    for (const part of await run.look()) {
      sum.shards++;
      sum.rows += part.rows;
      sum.rejects += part.rejects;
      yield { type: "shard", ...part };
      yield { type: "progress", done: total - run.openRows, total };
    }
    if (looks % looksPerCheck === 0 && open.size > 0) {
      try {
        yield* run.check();
        yield* silence.answered();
      } catch (error) {
        yield* silence.failed(error);
      }
    }
    if (open.size <= run.failed.size) break;
    const wait = Math.max(interval, 20 * (performance.now() - took));
    await pause(wait, undefined, { signal }).catch(() => {});
    if (signal.aborted) throw new Interrupted("stopped");
  }
  if (run.failed.size > 0) throw failureOf([...run.failed.values()], plan.shards.length);
  return { ...sum, skipped, seconds: (performance.now() - started) / 1000 };
}

interface EndedShard {
  readonly shard: number;
  readonly rows: number;
  readonly rejects: number;
  readonly seconds: number;
}

/** The shards of a run that are not done, beside their jobs. */
class QueuedRun {
  readonly plan: Manifest;
  readonly open: Set<number>;
  readonly failed = new Map<number, Failure>();
  readonly jobs: QueuedJobs<ShardJob>;
  readonly #folder: string;

  constructor(folder: string, plan: Manifest, jobs: QueuedJobs<ShardJob>) {
    this.#folder = folder;
    this.plan = plan;
    this.jobs = jobs;
    this.open = new Set(plan.shards.keys());
  }

  get openRows(): number {
    let rows = 0;
    for (const shard of this.open) rows += this.plan.shards[shard]!.rows;
    return rows;
  }

  /** Looks which shards have been done since the last look. */
  async look(): Promise<EndedShard[]> {
    const names = await readdir(join(this.#folder, partsFolder)).catch(() => []);
    const ended: EndedShard[] = [];
    for (const name of names) {
      const shard = shardOfDone(name);
      if (shard === undefined || !this.open.has(shard)) continue;
      const part = await donePart(this.#folder, this.plan, shard);
      if (!part) continue;
      this.open.delete(shard);
      this.failed.delete(shard);
      ended.push({ shard, rows: part.rows, rejects: part.rejects, seconds: part.seconds });
    }
    return ended;
  }

  /** Queues a job for each open shard. A job that is there already is not added twice. */
  async add(): Promise<void> {
    const wanted = [...this.open].filter((shard) => !this.failed.has(shard));
    await this.jobs.add(
      wanted.map((shard) => {
        const data = { folder: this.#folder, run: this.plan.run, shard };
        return { id: jobIdOf(data), data };
      }),
    );
  }

  /** Notes the dead letters of this run, and queues again what Redis has lost. */
  async *check(): AsyncGenerator<ScoreRunEvent, void> {
    for (const job of await this.jobs.failed()) {
      const { shard } = job.data;
      if (this.failed.has(shard) || !this.open.has(shard)) continue;
      const noted = await failedPart(this.#folder, this.plan, shard);
      const message = noted?.error ?? job.failedReason ?? "no reason is known";
      this.failed.set(shard, { shard, message, isTransient: noted?.isTransient ?? true });
      yield { type: "failed", shard, attempt: job.attemptsMade, error: message, isTried: false };
    }
    if ((await this.jobs.count()) < this.open.size - this.failed.size) await this.add();
  }
}
