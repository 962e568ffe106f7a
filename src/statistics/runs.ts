/** Runs of characters of a text, each with what it counts. */
export class Runs {
  readonly #starts: number[] = [];
  /** The counts of all runs before each one, and at the end of all. */
  readonly #before: number[] = [0];

  /** @param pattern a run; with the flag g */
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

  /** The count of the runs that begin from `start` up to but without `end`; 0 where `end` is not beyond `start`. */
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

/** The words of a text: runs of letters and digits. A script without blanks between its words has longer ones. */
export const wordsOf = (text: string): Runs => new Runs(text, /[\p{L}\p{M}\p{N}]+/gu);
