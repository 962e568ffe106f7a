/** Units that two annotators labelled, counted by the labels that each gave. */
export class LabelPairs {
  readonly #first = new Map<string, number>();
  readonly #second = new Map<string, number>();
  #agreed = 0;
  #total = 0;

  add(first: string, second: string, times = 1): void {
    if (times <= 0) return;
    this.#first.set(first, (this.#first.get(first) ?? 0) + times);
    this.#second.set(second, (this.#second.get(second) ?? 0) + times);
    if (first === second) this.#agreed += times;
    this.#total += times;
  }

  get total(): number {
    return this.#total;
  }

  /** Number of units to which both gave the same label. */
  get agreed(): number {
    return this.#agreed;
  }

  /**
   * Agreement beyond chance (Cohen, A coefficient of agreement for nominal scales, 1960): 1 if both always agree, 0 if
   * they agree as often as expected by chance. Null if both gave one and the same label to everything, or there are no
   * units: chance then explains all.
   */
  get kappa(): number | null {
    if (this.#total === 0) return null;
    let expected = 0;
    for (const [label, count] of this.#first) expected += count * (this.#second.get(label) ?? 0);
    expected /= this.#total ** 2;
    return expected === 1 ? null : (this.#agreed / this.#total - expected) / (1 - expected);
  }
}
