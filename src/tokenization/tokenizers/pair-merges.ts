import { Heap } from "./heap.ts";
import { PairRanks } from "./pair-ranks.ts";
import { TokenizerFilesError } from "./tokenizer-files-error.ts";

const noToken = -1;

/** Length at which the scan and the heap take about equally long. */
const longestScanned = 128;

/** The merges of a BPE (Sennrich et al. 2016), applied to a list of token ids. */
export class PairMerges {
  readonly #ranks: PairRanks;
  /** The id of the merged token by rank. */
  readonly #merged: Int32Array;

  /** Throws a TokenizerFilesError for a merge of or to a token that is not in `vocab`. */
  constructor(vocab: ReadonlyMap<string, number>, merges: readonly (readonly [left: string, right: string])[]) {
    const [left, right, merged] = [0, 1, 2].map(() => new Int32Array(merges.length)) as [
      Int32Array,
      Int32Array,
      Int32Array,
    ];
    for (const [rank, [first, second]] of merges.entries()) {
      const idOf = (token: string): number => {
        const id = vocab.get(token);
        if (id !== undefined) return id;
        const problem = `its merge ${rank + 1} is of "${first}" and "${second}", and there is no token "${token}"`;
        throw new TokenizerFilesError("merges.txt", `it does not fit vocab.json: ${problem}`);
      };
      left[rank] = idOf(first);
      right[rank] = idOf(second);
      merged[rank] = idOf(first + second);
    }
    this.#ranks = new PairRanks(left, right);
    this.#merged = merged;
  }

  /**
   * Merges the pair of neighbours with the lowest rank first, on ties the first in the list, as Hugging Face's Rust tokenizers
   * do. The list may be changed.
   */
  merge(ids: number[]): number[] {
    return ids.length <= longestScanned ? this.#mergeByScan(ids) : this.#mergeByQueue(ids);
  }

  /** Scans the whole word for each merge: the time grows with the square of its length. */
  #mergeByScan(ids: number[]): number[] {
    let { length } = ids;
    const ranks: number[] = [];
    for (let i = 0; i + 1 < length; i++) ranks.push(this.#ranks.get(ids[i]!, ids[i + 1]!));
    for (;;) {
      let place = -1;
      let lowest = Infinity;
      for (let i = 0; i + 1 < length; i++) {
        const rank = ranks[i]!;
        if (rank === -1 || rank >= lowest) continue;
        lowest = rank;
        place = i;
      }
      if (place === -1) break;
      ids[place] = this.#merged[lowest]!;
      length--;
      for (let i = place + 1; i < length; i++) {
        ids[i] = ids[i + 1]!;
        if (i + 1 < length) ranks[i] = ranks[i + 1]!;
      }
      if (place > 0) ranks[place - 1] = this.#ranks.get(ids[place - 1]!, ids[place]!);
      if (place + 1 < length) ranks[place] = this.#ranks.get(ids[place]!, ids[place + 1]!);
    }
    // The cache keeps this array, so it is a copy without spare room.
    return ids.slice(0, length);
  }

  /** Merges as the scan does, in nearly linear time: a word without blanks may be a whole page. */
  #mergeByQueue(ids: number[]): number[] {
    const { length } = ids;
    const next = ids.map((_, place) => place + 1);
    const previous = ids.map((_, place) => place - 1);
    // A candidate is one number: rank and place.
    const queue = new Heap<number>((a, b) => a < b);
    const offer = (place: number): void => {
      if (place < 0 || next[place]! >= length) return;
      const rank = this.#ranks.get(ids[place]!, ids[next[place]!]!);
      if (rank !== -1) queue.push(rank * length + place);
    };
    for (let place = 0; place < length; place++) offer(place);
    for (let first = queue.pop(); first !== undefined; first = queue.pop()) {
      const place = first % length;
      const rank = (first - place) / length;
      const second = next[place]!;
      // Either token of the candidate may have been merged with another neighbour since.
      if (ids[place] === noToken || second >= length || this.#ranks.get(ids[place]!, ids[second]!) !== rank) continue;
      ids[place] = this.#merged[rank]!;
      ids[second] = noToken;
      const after = next[second]!;
      next[place] = after;
      if (after < length) previous[after] = place;
      offer(previous[place]!);
      offer(place);
    }
    return ids.filter((id) => id !== noToken);
  }
}
