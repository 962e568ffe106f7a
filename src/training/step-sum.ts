import { GradientSum } from "./gradients.ts";
import type { Step } from "./training-session.ts";

interface Partial {
  loss: number;
  readonly gradients: GradientSum;
  /** The number of steps in it. */
  count: number;
}

/**
 * Adds up steps in pairs: ((1 + 2) + (3 + 4)) + …. A rank that adds up two, four or eight micro-batches, and a root that
 * adds up ranks, then add in the order of one process that does all of it, and get the same bits. Of n steps it keeps
 * log2(n) sums at most.
 */
export class StepSum {
  readonly #sums: Partial[] = [];

  /**
   * Adds a step. Its arrays are free to change afterwards, unless `isOwned`: then they become those of the sum.
   */
  add({ loss, gradients }: Step, isOwned = false): void {
    const last = this.#sums.at(-1);
    if (last?.count === 1) {
      last.loss += loss;
      last.gradients.add(gradients);
      last.count = 2;
      this.#join((before, after) => before.count === after.count);
      return;
    }
    const sum = new GradientSum();
    if (isOwned) sum.adopt(gradients);
    else sum.add(gradients);
    this.#sums.push({ loss, gradients: sum, count: 1 });
  }

  get total(): Step {
    this.#join(() => true);
    const [all] = this.#sums;
    return { loss: all?.loss ?? 0, gradients: all?.gradients.sum ?? { dense: new Map(), tables: new Map() } };
  }

  /** Adds the last sum to the one before it, as often as they are to be joined. */
  #join(isDue: (before: Partial, after: Partial) => boolean): void {
    for (;;) {
      const [before, after] = [this.#sums.at(-2), this.#sums.at(-1)];
      if (!before || !after || !isDue(before, after)) return;
      before.loss += after.loss;
      before.gradients.add(after.gradients.sum);
      before.count += after.count;
      this.#sums.pop();
    }
  }
}
