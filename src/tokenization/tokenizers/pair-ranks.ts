/** Ranks of pairs of token ids: a hash table with open addressing, since a Map would need a key made for each look-up. */
export class PairRanks {
  /** Two ids for each slot; -1 if it is empty. */
  readonly #pairs: Int32Array;
  readonly #ranks: Int32Array;

  /** Takes left ids and right ids by rank; if a pair occurs twice, the later rank holds. */
  constructor(left: Int32Array, right: Int32Array) {
    // At most half full, so that an empty slot is near.
    const slots = 2 ** Math.ceil(Math.log2(2 * left.length + 2));
    this.#pairs = new Int32Array(2 * slots).fill(-1);
    this.#ranks = new Int32Array(slots).fill(-1);
    for (let rank = 0; rank < left.length; rank++) {
      const slot = this.#slotOf(left[rank]!, right[rank]!);
      this.#pairs[2 * slot] = left[rank]!;
      this.#pairs[2 * slot + 1] = right[rank]!;
      this.#ranks[slot] = rank;
    }
  }

  /** The rank of a pair; -1 if it has none. */
  get(left: number, right: number): number {
    return this.#ranks[this.#slotOf(left, right)]!;
  }

  /** The slot of a pair, or the empty slot where it would be. */
  #slotOf(left: number, right: number): number {
    const mask = this.#ranks.length - 1;
    // Two odd constants without a pattern; the upper bits, which they mix best, are folded into the lower ones.
    const mixed = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
    let slot = (mixed ^ (mixed >>> 15)) & mask;
    while (this.#pairs[2 * slot] !== -1 && (this.#pairs[2 * slot] !== left || this.#pairs[2 * slot + 1] !== right)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }
}
