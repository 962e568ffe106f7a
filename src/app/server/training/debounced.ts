/**
 * Waits for the end of a row of changes: once there were enough of them, it acts when no further one has come for a
 * while.
 */
export class Debounced {
  readonly #enough: number;
  readonly #quiet: number;
  #count = 0;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param enough the number of changes that are worth the act; 0 for never
   * @param quiet seconds without a change
   */
  constructor(enough: number, quiet: number) {
    this.#enough = enough;
    this.#quiet = quiet;
  }

  /** The number of changes since the last act. */
  get count(): number {
    return this.#count;
  }

  change(act: () => void): void {
    this.#count++;
    if (this.#enough === 0 || this.#count < this.#enough) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.reset();
      act();
    }, this.#quiet * 1000);
    this.#timer.unref();
  }

  /** Forgets the changes, since they were acted upon. */
  reset(): void {
    clearTimeout(this.#timer);
    this.#count = 0;
  }
}
