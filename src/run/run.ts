import { Interrupted } from "../errors.ts";
import { drain } from "../generators.ts";

export interface RunOptions {
  /** Aborting stops the work, as `run.stop()` does. */
  readonly signal?: AbortSignal | undefined;
}

/** The number of events that a loop has left to take at which the work waits for it. */
export const eventsAhead = 64;
/** The number of events that are kept if the work waits for no loop. */
export const eventsKept = 1000;

/**
 * Work under way. It begins at once; `for await (const event of run)` follows it, `await run.result` waits for its end,
 * and either may be left out.
 *
 * - A loop sees every event: the work waits for a loop that is slow. Leaving the loop early stops the work.
 * - Without a loop, or once `result` was asked for, the work does not wait: the newest 1,000 events are kept for later
 *   loops, and `skipped` counts the others.
 * - Two loops at once share the events: each event goes to one of them.
 * - An error is thrown by the loop and rejects `result`; a caller that uses one of the two may ignore the other.
 */
export class Run<Event, Result> implements AsyncIterable<Event> {
  readonly #stopping = new AbortController();
  readonly #result: Promise<Result>;
  #events: Event[] = [];
  #skipped = 0;
  #isOver = false;
  #isResultWanted = false;
  /** The number of loops that follow the work now. */
  #loops = 0;
  /** Loops that wait for an event, and the work where it waits for a loop. */
  #waiting: (() => void)[] = [];

  /**
   * @param start begins the work: it yields the events and returns the result. Its signal aborts when
   * the run is to stop: the work then ends as soon as it can, with a result or with `Interrupted`.
   */
  constructor(start: (signal: AbortSignal) => AsyncGenerator<Event, Result>, { signal }: RunOptions = {}) {
    this.#result = this.#work(start, signal);
    // Avoids an unhandled rejection: a caller that iterates sees the error there.
    this.#result.catch(() => {});
  }

  /** The result. Rejects with the error of the work, or with `Interrupted` if it was stopped and has no result. */
  get result(): Promise<Result> {
    this.#isResultWanted = true;
    this.#wake();
    return this.#result;
  }

  /** The number of events that were dropped, because no loop followed the work. */
  get skipped(): number {
    return this.#skipped;
  }

  /** Asks the work to end. Training keeps its best model so far and has a result; other work throws `Interrupted`. */
  stop(): void {
    this.#stopping.abort(new Interrupted("stopped"));
    this.#wake();
  }

  /** The events from now on, and those kept before; returns the result, for `yield*`. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Event, Result> {
    this.#loops++;
    let hasEnded = false;
    try {
      for (;;) {
        if (this.#events.length > 0) {
          const event = this.#events.shift()!;
          this.#wake();
          yield event;
        } else if (this.#isOver) {
          hasEnded = true;
          return await this.#result;
        } else await this.#change();
      }
    } finally {
      this.#loops--;
      if (!hasEnded) {
        this.stop();
        // After the loop no work is left; a loop that was left early gets no error.
        await this.#result.catch(() => {});
      }
    }
  }

  async #work(start: (signal: AbortSignal) => AsyncGenerator<Event, Result>, signal?: AbortSignal): Promise<Result> {
    const stop = (): void => this.stop();
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });
    try {
      // Gives the caller time to ask for the events before the first of them.
      await Promise.resolve();
      this.#stopping.signal.throwIfAborted();
      return await drain(start(this.#stopping.signal), (event) => this.#keep(event));
    } finally {
      signal?.removeEventListener("abort", stop);
      this.#isOver = true;
      this.#wake();
    }
  }

  async #keep(event: Event): Promise<void> {
    this.#events.push(event);
    this.#wake();
    while (this.#events.length >= eventsAhead && this.#isFollowed) await this.#change();
    while (this.#events.length > eventsKept) {
      this.#events.shift();
      this.#skipped++;
    }
  }

  /**
   * Whether a loop takes every event, so that the work may wait for it. Waiting for a loop that awaits the result would
   * never end.
   */
  get #isFollowed(): boolean {
    return this.#loops > 0 && !this.#isResultWanted && !this.#stopping.signal.aborted;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
