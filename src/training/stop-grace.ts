import type { Progress } from "./training-events.ts";

/**
 * Decides whether an evaluation goes on although the run is to stop: only if, at its speed so far, it is done within a
 * number of milliseconds of scoring after the stop.
 */
export class StopGrace {
  readonly #milliseconds: number;
  /** The milliseconds of scoring before the stop was seen. */
  #before: number | undefined;

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  /** @param spent the milliseconds of scoring so far */
  allows(spent: number, { done, total }: Progress): boolean {
    this.#before ??= spent;
    if (done === 0) return false;
    const left = (spent * (total - done)) / done;
    return spent - this.#before + left <= this.#milliseconds;
  }
}
