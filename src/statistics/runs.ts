/** Runs of characters of a text, each with a cost, for sums over ranges. */
export class Runs {
  readonly #starts: number[] = [];
  /** Prefix sums of the costs: for each run the sum before it; the last entry is the total. */
  readonly #before: number[] = [0];

  /** @param pattern matches a run; needs the flag g */
  constructor(text: string, pattern: RegExp, costOf: (run: string) => number = () => 1) {
    let total = 0;
    for (const match of text.matchAll(pattern)) {
      this.#starts.push(match.index);
      this.#before.push((total += costOf(match[0])));
    }
  }

  get total(): number {
    return this.#before.at(-1)!;
  }

  /** Sum of the costs of the runs that begin in [start, end); 0 if `end` is not beyond `start`. */
  between(start: number, end: number): number {
    return end <= start ? 0 : this.#before[this.#firstFrom(end)]! - this.#before[this.#firstFrom(start)]!;
  }

  #firstFrom(offset: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle]! < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/**
 * The words of a text: runs of letters and digits. In scripts without spaces between words a run is longer than a word.
 */
export const wordsOf = (text: string): Runs => new Runs(text, /[\p{L}\p{M}\p{N}]+/gu);
