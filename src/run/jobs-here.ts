import { Interrupted, UsageError } from "../errors.ts";
import { drain } from "../generators.ts";
import type { ArgumentsOf, EventOf, JobName, ResultOf } from "./jobs.ts";
import type { JobThread } from "./thread.ts";

/** Does jobs: a thread of its own, or the caller's. */
export type JobPlace = Pick<JobThread, "call" | "close">;

/** Models stand in variables of the module of the jobs, which a thread has once. */
let inUse = false;

/**
 * Does jobs on the caller's thread, one after another. It is for a process that does nothing else: its answers are not
 * copied from thread to thread.
 */
export class JobsHere implements JobPlace {
  #last: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;

  /** @throws UsageError if another is open */
  constructor() {
    if (inUse)
      throw new UsageError(
        "Cannot open a model on the caller's thread: another is open there, and a thread has room for one. Close it first, or leave onThisThread out.",
      );
    inUse = true;
  }

  async *call<Name extends JobName>(
    job: Name,
    given: ArgumentsOf<Name>,
    signal?: AbortSignal,
  ): AsyncGenerator<EventOf<Name>, ResultOf<Name>> {
    if (this.#closing) throw new Interrupted("the thread does no more jobs");
    return yield* this.#inTurn(job, given, signal);
  }

  /** Waits for the jobs that were called, and frees the models. */
  close(): Promise<void> {
    this.#closing ??= drain(this.#inTurn("release", undefined)).finally(() => (inUse = false));
    return this.#closing;
  }

  async *#inTurn<Name extends JobName>(
    job: Name,
    given: ArgumentsOf<Name>,
    signal = new AbortController().signal,
  ): AsyncGenerator<EventOf<Name>, ResultOf<Name>> {
    const before = this.#last;
    let end = (): void => {};
    this.#last = new Promise<void>((resolve) => (end = resolve));
    try {
      await before;
      const { doJob } = await import("./job-table.ts");
      const control = { shouldStop: () => signal.aborted, signal, emit: () => Promise.resolve() };
      return yield* doJob({ job, arguments: given }, control);
    } finally {
      end();
    }
  }
}
