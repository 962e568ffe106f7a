import { Heap } from "./heap.ts";

/** Upper bound of symbol numbers, so that a pair of them is one number. */
const symbolLimit = 2 ** 21;

interface Word {
  symbols: number[];
  readonly count: number;
}

interface Candidate {
  readonly pair: number;
  readonly count: number;
}

/**
 * Byte pair encoding's training (Sennrich et al. 2016): merges the most frequent pair of neighbours again and again,
 * until there are `maxTokens` or no pair is left that occurs `minFrequency` times. On ties the pair of earlier symbols
 * wins, as in Hugging Face's trainer, which is not used because its Node binding draws a progress bar on the terminal
 * and has neither a vocabulary size nor a least frequency.
 */
export function learnMerges(
  wordCounts: ReadonlyMap<string, number>,
  alphabet: readonly string[],
  maxTokens: number,
  minFrequency: number,
): { tokens: string[]; merges: [left: string, right: string][] } {
  const symbols = [...alphabet];
  const idOf = new Map(symbols.map((symbol, id) => [symbol, id]));
  const words = [...wordCounts].map(([word, count]): Word => ({
    symbols: Array.from(word, (symbol) => idOf.get(symbol)!),
    count,
  }));
  const pairs = new PairCounts(words);
  const merges: [string, string][] = [];
  while (symbols.length < alphabet.length + maxTokens) {
    const best = pairs.takeMostFrequent();
    if (best === undefined || best.count < minFrequency) break;
    const left = Math.floor(best.pair / symbolLimit);
    const right = best.pair % symbolLimit;
    const token = symbols[left]! + symbols[right]!;
    // Two merges may make one token: "a" + "bc" after "ab" + "c".
    const merged = idOf.get(token) ?? symbols.push(token) - 1;
    idOf.set(token, merged);
    merges.push([symbols[left]!, symbols[right]!]);
    pairs.merge(best.pair, (word) => mergeSymbols(word, left, right, merged));
  }
  return { tokens: symbols.slice(alphabet.length), merges };
}

function mergeSymbols(word: readonly number[], left: number, right: number, merged: number): number[] {
  const result: number[] = [];
  for (let i = 0; i < word.length; i++) {
    if (word[i] === left && word[i + 1] === right) {
      result.push(merged);
      i++;
    } else {
      result.push(word[i]!);
    }
  }
  return result;
}

/** Counts of each pair of neighbours in the words, and the words that contain it. */
class PairCounts {
  readonly #counts = new Map<number, number>();
  readonly #wordsWith = new Map<number, Set<Word>>();
  /** Candidates; one whose count is no longer the pair's is stale: a fresh one was pushed when the count changed. */
  readonly #candidates = new Heap<Candidate>((a, b) => a.count > b.count || (a.count === b.count && a.pair < b.pair));

  constructor(words: readonly Word[]) {
    for (const word of words) this.#add(word, 1);
    for (const [pair, count] of this.#counts) this.#candidates.push({ pair, count });
  }

  takeMostFrequent(): Candidate | undefined {
    for (;;) {
      const candidate = this.#candidates.pop();
      if (candidate === undefined || this.#counts.get(candidate.pair) === candidate.count) return candidate;
    }
  }

  /** Rewrites the words that contain `pair`. */
  merge(pair: number, rewrite: (symbols: readonly number[]) => number[]): void {
    const before = new Map<number, number>();
    for (const word of this.#wordsWith.get(pair) ?? []) {
      this.#add(word, -1, before);
      word.symbols = rewrite(word.symbols);
      this.#add(word, 1, before);
    }
    this.#wordsWith.delete(pair);
    for (const [changed, old] of before) {
      const count = this.#counts.get(changed)!;
      if (count === 0) this.#counts.delete(changed);
      else if (count !== old) this.#candidates.push({ pair: changed, count });
    }
  }

  #add(word: Word, sign: 1 | -1, before?: Map<number, number>): void {
    for (let i = 1; i < word.symbols.length; i++) {
      const pair = word.symbols[i - 1]! * symbolLimit + word.symbols[i]!;
      const count = this.#counts.get(pair) ?? 0;
      if (before !== undefined && !before.has(pair)) before.set(pair, count);
      this.#counts.set(pair, count + sign * word.count);
      if (sign === 1) this.#wordsWith.set(pair, (this.#wordsWith.get(pair) ?? new Set()).add(word));
    }
  }
}
