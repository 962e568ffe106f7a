import type { Outcome, Point, Sink } from "./sink.ts";

/** Milliseconds between two writes, and after one that failed. */
const pause = { usual: 1000, failed: 30_000 } as const;
/** Points that wait at most: those of a server that is not there for a whole night. */
const most = 100_000;

/**
 * Sends points to a sink while the run goes on: nothing waits for it, and nothing that it does ends the run. What could not
 * be sent is sent again later.
 */
export class Feed {
  readonly #sink: Sink;
  #waiting: Point[] = [];
  #work: Promise<void> | undefined;
  #next = 0;
  #isReady: boolean;
  #failure: string | undefined;
  #isTold = false;
  #hasPoints = false;

  constructor(sink: Sink) {
    this.#sink = sink;
    this.#isReady = !sink.needsFolder;
  }

  /** The run has written to its folder. */
  folderIsThere(): void {
    this.#isReady = true;
  }

  add(point: Point): void {
    this.#hasPoints = true;
    if (this.#waiting.length < most) this.#waiting.push(point);
    if (!this.#isReady || this.#work || Date.now() < this.#next) return;
    this.#work = this.#send().finally(() => (this.#work = undefined));
  }

  /** The first failure, once. */
  takeFailure(): { readonly tracker: string; readonly failure: string } | undefined {
    if (this.#failure === undefined || this.#isTold) return undefined;
    this.#isTold = true;
    return { tracker: this.#sink.name, failure: this.#failure };
  }

  /** Sends what waits, and ends the sink; a sink that failed gets one more chance. */
  async end(outcome: Outcome): Promise<void> {
    await this.#work;
    if (!this.#isReady || !this.#hasPoints) return;
    await this.#sink.end(outcome, this.#waiting).catch((error: unknown) => this.#fail(error));
  }

  async #send(): Promise<void> {
    const points = this.#waiting;
    this.#waiting = [];
    try {
      await this.#sink.write(points);
      this.#next = Date.now() + pause.usual;
    } catch (error) {
      this.#waiting = [...points, ...this.#waiting];
      this.#next = Date.now() + pause.failed;
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= (error as Error).message;
  }
}
