import type { Problem } from "./problem.ts";

const kept = 50;

/** The first 50 of what was seen, made only when asked for, and how many there were. */
export class FirstOf<T> {
  readonly #first: T[] = [];
  count = 0;

  add(make: () => T): void {
    if (this.count++ < kept) this.#first.push(make());
  }

  /** As problems; the first one counts those that were not kept. */
  problems(of: (item: T) => Problem): Problem[] {
    const surplus = this.count - this.#first.length;
    return this.#first.map((item, i) => (i === 0 && surplus > 0 ? { ...of(item), count: 1 + surplus } : of(item)));
  }
}
