import type { Problem } from "./problem.ts";

const kept = 50;

/** Keeps the first 50 items and counts all; items that are not kept are not created. */
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
