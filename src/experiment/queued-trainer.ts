import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { DataError, Interrupted, TryAgainError, type UserError } from "../errors.ts";
import { isBuiltIn } from "../model/starting-settings.ts";
import { QueuedJobs } from "../queue/queued-jobs.ts";
import { QueueSilence } from "../queue/queue-silence.ts";
import { physicalCores } from "../runtime/physical-cores.ts";
import { versions } from "../version.ts";
import type { RunOrder, RunsEvent, Trainer } from "./run-orders.ts";
import {
  doneEntry,
  failedRun,
  queueName,
  settledPaths,
  writePlan,
  type SharedJob,
  type SharedKind,
  type SharedPlan,
} from "./shared-runs.ts";

/** Milliseconds between two looks at the folder. */
const interval = 1000;
/** Looks between two checks that Redis still has a job for every run: it may have lost its last second. */
const looksPerCheck = 5;

/** Several runs that are shared out. */
export interface Shared {
  /** The output folder. */
  readonly folder: string;
  /** The id of the plan. */
  readonly run: string;
  readonly kind: SharedKind;
  readonly paths: readonly string[];
  /** SHA-256 of the files that were read. */
  readonly data: readonly string[];
  readonly shouldStop?: (() => boolean) | undefined;
}

interface Failure {
  readonly message: string;
  readonly isTransient: boolean;
}

/**
 * Has the workers of a queue train the runs. The folder says which are done, the queue only who trains them: what Redis loses
 * is queued again, a queue that falls silent is asked until it answers, and the same command goes on after any interruption.
 * @throws TryAgainError if the queue cannot be reached at first, or runs failed that another attempt may mend; DataError for others;
 * Interrupted if it is stopped: the workers go on
 */
export const byQueue = <Run extends object, Entry extends object>(url: string, shared: Shared): Trainer<Run, Entry> =>
  async function* (orders) {
    if (orders.length === 0) return;
    const folder = resolve(shared.folder);
    const { run } = shared;
    const jobs = await QueuedJobs.open<SharedJob>(queueName, url, run);
    try {
      await writePlan(folder, {
        run,
        kind: shared.kind,
        code: { ...versions },
        paths: shared.paths.map((path) => resolve(path)),
        data: [...shared.data],
        orders: await Promise.all(orders.map(settled)),
      });
      yield { type: "queued", runs: orders.length };
      await jobs.retryFailed();
      yield* followed(new SharedRuns<Run, Entry>(folder, run, orders, jobs), shared.shouldStop);
    } finally {
      await jobs.close();
    }
  };

async function* followed<Run extends object, Entry extends object>(
  runs: SharedRuns<Run, Entry>,
  shouldStop: (() => boolean) | undefined,
): AsyncGenerator<RunsEvent<Run, Entry>, void> {
  const { orders, entries, failed } = runs;
  const silence = new QueueSilence();
  let next = 0;
  let shown = -1;
  for (let looks = 0; ; looks++) {
    await runs.look();
    // The ledger has the order of a single process, whichever run ends first.
    for (let entry; next < orders.length && (entry = entries.get(orders[next]!.name)); next++) {
      const { number, run } = orders[next]!;
      yield { type: "run", number, run };
      yield { type: "finished", entry };
    }
    if (next === orders.length) return;
    if (looks % looksPerCheck === 0) {
      try {
        await runs.check();
        yield* silence.answered();
      } catch (error) {
        yield* silence.failed(error);
      }
    }
    if (entries.size + failed.size === orders.length) throw failureOf(failed, orders.length);
    if (entries.size > shown) yield { type: "waiting", done: (shown = entries.size), total: orders.length };
    await pause(interval);
    if (shouldStop?.())
      throw new Interrupted(
        "stopped: workers go on with the runs that are queued until they are stopped themselves. The same command takes up what they have done",
      );
  }
}

/** Runs that are given to workers, beside their jobs. */
class SharedRuns<Run extends object, Entry extends object> {
  readonly orders: readonly RunOrder<Run>[];
  readonly entries = new Map<string, Entry>();
  readonly failed = new Map<string, Failure>();
  readonly #folder: string;
  readonly #run: string;
  readonly #jobs: QueuedJobs<SharedJob>;

  constructor(folder: string, run: string, orders: readonly RunOrder<Run>[], jobs: QueuedJobs<SharedJob>) {
    this.#folder = folder;
    this.#run = run;
    this.orders = orders;
    this.#jobs = jobs;
  }

  /** Looks which runs have been done since the last look. */
  async look(): Promise<void> {
    for (const { name } of this.orders) {
      if (this.entries.has(name)) continue;
      const entry = await doneEntry<Entry>(this.#folder, { run: this.#run, name });
      if (!entry) continue;
      this.entries.set(name, entry);
      this.failed.delete(name);
    }
  }

  /** Notes the dead letters, and queues every run that is still open: a job that is there is not added twice. */
  async check(): Promise<void> {
    const [folder, run] = [this.#folder, this.#run];
    for (const { data, failedReason } of await this.#jobs.failed()) {
      const { name } = data;
      if (this.entries.has(name) || !this.orders.some((order) => order.name === name)) continue;
      const noted = await failedRun(folder, data);
      const message = `${name}: ${noted?.error ?? failedReason ?? "no reason is known"}`;
      this.failed.set(name, { message, isTransient: noted?.isTransient ?? true });
    }
    const open = this.orders.filter(({ name }) => !this.entries.has(name) && !this.failed.has(name));
    await this.#jobs.add(open.map(({ name }) => ({ id: `${run}-${name}`, data: { folder, run, name } })));
  }
}

/** An order that gives the same model on every machine: with a number of threads, and paths that hold in any folder. */
async function settled(order: RunOrder<object>): Promise<SharedPlan["orders"][number]> {
  const { config } = order;
  const { model } = config;
  const isFolder = !isBuiltIn(model) && (await stat(model).catch(() => undefined)) !== undefined;
  const threads = config.threads || physicalCores();
  const run = { ...order.run } as Readonly<Record<string, unknown>>;
  return { ...order, run, config: settledPaths({ ...config, threads }, isFolder) };
}

function failureOf(failed: ReadonlyMap<string, Failure>, runs: number): UserError {
  const [first] = failed.values();
  const text = `${failed.size} of ${runs} runs could not be trained by the workers. ${first!.message}`;
  return [...failed.values()].some(({ isTransient }) => !isTransient)
    ? new DataError(`${text} Finished runs are kept.`)
    : new TryAgainError(`${text} This may pass: the same command goes on with the runs that are left.`);
}
