import { random } from "../random.ts";

/** Number of values per sketch; the standard error of a similarity of 0.8 is then 0.05. */
const size = 64;
/**
 * Values per band. Sketches are compared if they agree on all 4 values of any of their 16 bands; at a similarity of 0.8
 * that misses 1 pair in 4,000.
 */
const rows = 4;

export interface SimilarPair {
  readonly item: number;
  /** The similar item that was added before it. */
  readonly earlier: number;
  /** Estimated Jaccard similarity of the two sets. */
  readonly similarity: number;
}

/** Finds similar sets by sketches of small, constant size (MinHash, Broder 1997). */
export class Sketches {
  readonly #multipliers = new Int32Array(size);
  readonly #addends = new Int32Array(size);
  #values = new Int32Array(size * 1024);
  count = 0;

  constructor() {
    const stream = random("sketches");
    for (let i = 0; i < size; i++) {
      this.#multipliers[i] = stream.below(2 ** 32) | 1;
      this.#addends[i] = stream.below(2 ** 32);
    }
  }

  /** @param hashes hashes of the members of a non-empty set, whose item number is the count of sets before it */
  add(hashes: Int32Array): void {
    const base = this.count++ * size;
    if (base === this.#values.length) {
      const grown = new Int32Array(2 * base);
      grown.set(this.#values);
      this.#values = grown;
    }
    for (let i = 0; i < size; i++) {
      const [multiplier, addend] = [this.#multipliers[i]!, this.#addends[i]!];
      let least = 0x7fffffff;
      // Signed integers and a loop by index: three times as fast as unsigned ones or for-of.
      for (let j = 0; j < hashes.length; j++) {
        const value = (Math.imul(hashes[j]!, multiplier) + addend) | 0;
        if (value < least) least = value;
      }
      this.#values[base + i] = least;
    }
  }

  /**
   * The items that are similar to an earlier one, each once, in order. Time grows linearly with the number of items,
   * however many are similar.
   */
  similar(least: number): SimilarPair[] {
    const found = new Map<number, SimilarPair>();
    for (let band = 0; band < size; band += rows) {
      for (const [earlier, item] of this.#candidates(band)) {
        if ((found.get(item)?.earlier ?? item) <= earlier) continue;
        const similarity = this.#similarity(earlier, item);
        if (similarity >= least) found.set(item, { item, earlier, similarity });
      }
    }
    return [...found.values()].sort((a, b) => a.item - b.item);
  }

  /** Among the items that agree on a band, each is paired with the first of them and with the one before it. */
  *#candidates(band: number): Generator<[earlier: number, item: number]> {
    // The high half holds the hash, the low half the item: sorting puts items of one hash together, in order.
    const keys = new BigUint64Array(this.count);
    const halves = new Uint32Array(keys.buffer);
    for (let item = 0; item < this.count; item++) {
      halves[2 * item] = item;
      halves[2 * item + 1] = this.#hashOf(item * size + band);
    }
    keys.sort();
    let first = 0;
    for (let i = 1; i < this.count; i++) {
      if (halves[2 * i + 1] !== halves[2 * first + 1]) first = i;
      else {
        yield [halves[2 * first]!, halves[2 * i]!];
        if (i - 1 > first) yield [halves[2 * i - 2]!, halves[2 * i]!];
      }
    }
  }

  #hashOf(start: number): number {
    let hash = 0;
    for (let i = start; i < start + rows; i++) hash = Math.imul(hash ^ this.#values[i]!, 0x9e3779b1);
    return hash;
  }

  #similarity(a: number, b: number): number {
    let equal = 0;
    for (let i = 0; i < size; i++) if (this.#values[a * size + i] === this.#values[b * size + i]) equal++;
    return equal / size;
  }
}
