import { AskedQueue } from "./asked-queue.ts";
import type { QueuedJob } from "./library.ts";

/** Jobs added in one call. */
const addedAtOnce = 1000;
/** How often a job is tried if its failure may pass. */
const attempts = 3;

/** A job of a run, by an id that is the same for every process that asks for it, so that it is queued once. */
export interface NamedJob<Data> {
  readonly id: string;
  readonly data: Data;
}

/**
 * The jobs of one run in a queue that several runs share. Every method throws a TryAgainError within seconds if the queue does
 * not answer.
 */
export class QueuedJobs<Data extends { readonly run: string }> {
  readonly #queue: AskedQueue<Data>;
  readonly #run: string;

  private constructor(queue: AskedQueue<Data>, run: string) {
    this.#queue = queue;
    this.#run = run;
  }

  /** @throws UsageError for what is no URL of a queue; TryAgainError if the queue cannot be reached */
  static async open<Data extends { readonly run: string }>(
    name: string,
    url: string,
    run: string,
  ): Promise<QueuedJobs<Data>> {
    return new QueuedJobs(await AskedQueue.open<Data>(name, url), run);
  }

  /** Queues jobs. One that is there already is not added twice. */
  async add(jobs: readonly NamedJob<Data>[]): Promise<void> {
    const backoff = { type: "exponential", delay: 1000 };
    const keep = { removeOnComplete: true, removeOnFail: false };
    for (let from = 0; from < jobs.length; from += addedAtOnce) {
      const some = jobs.slice(from, from + addedAtOnce);
      const bulk = some.map(({ id, data }) => ({ name: "job", data, opts: { jobId: id, attempts, backoff, ...keep } }));
      await this.#queue.ask((queue) => queue.addBulk(bulk));
    }
  }

  /** The dead letters of this run. */
  async failed(): Promise<QueuedJob<Data>[]> {
    const failed = await this.#queue.ask((queue) => queue.getFailed());
    return failed.filter(({ data }) => data.run === this.#run);
  }

  /** Tries dead letters of this run again: whoever starts the command once more has mended what was wrong. */
  async retryFailed(): Promise<void> {
    for (const job of await this.failed()) await this.#queue.ask(() => job.retry("failed"));
  }

  /** The number of jobs of all runs that are not done. */
  async count(): Promise<number> {
    const {
      waiting = 0,
      active = 0,
      delayed = 0,
      prioritized = 0,
    } = await this.#queue.ask((queue) => queue.getJobCounts());
    return waiting + active + delayed + prioritized;
  }

  close(): Promise<void> {
    return this.#queue.close();
  }
}
