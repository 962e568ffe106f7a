import { printable } from "../../../quote.ts";
import { DataError, formatLocation, type SourceLocation } from "../../../errors.ts";

/**
 * The least number of bytes of a pair, whatever the encoding: its positions, its row of logits and its answer. It is
 * chosen below the measured values, so that no input is refused that fits.
 */
const bytesPerPair = 300;

/** The least number of bytes of each pair, in JavaScript's heap and outside of it. */
export interface PairCost {
  readonly heap: number;
  readonly outside: number;
}

export const pairCosts = {
  train: { heap: bytesPerPair, outside: 0 },
  /** A logit and a probability for each label. */
  evaluate: (labels: number): PairCost => ({ heap: bytesPerPair, outside: 8 * labels }),
  /** A name and a probability for each label, as an object. */
  predict: (labels: number): PairCost => ({ heap: bytesPerPair + 12 * labels, outside: 8 * labels }),
};

/** The most elements of a JavaScript collection, however much memory there is. */
const mostInCollection = 2 ** 24 - 1;

/** A text and the number of its pairs that are wanted. */
export interface WantedPairs {
  readonly id: string;
  readonly source?: SourceLocation | undefined;
  readonly entities: number;
  readonly pairs: number;
  /** The number of pairs that --max-pairs never leaves out. */
  readonly always?: number;
}

/** There are more pairs than memory holds; found before any of them is made. */
export class TooManyPairsError extends DataError {
  override readonly name = "TooManyPairsError";
  readonly pairs: number;
  /** The bytes that they would take, about. */
  readonly bytes: number;
  constructor(message: string, pairs: number, bytes: number) {
    super(message);
    this.pairs = pairs;
    this.bytes = bytes;
  }
}

export interface PairBudget {
  readonly cost: PairCost;
  /** The verb of the message: `score`, `train on`. */
  readonly doing: string;
  /** The available bytes. */
  readonly room: PairCost;
}

function mostPairs({ cost: { heap, outside }, room }: PairBudget): number {
  return Math.min(Math.floor(room.heap / heap), Math.floor(room.outside / (heap + outside)), mostInCollection);
}

const sumOf = (texts: readonly WantedPairs[]): number => texts.reduce((sum, text) => sum + text.pairs, 0);

/** Whether all pairs of these texts fit in memory at once, as far as can be known before the work. */
export const pairsFit = (texts: readonly WantedPairs[], budget: PairBudget): boolean =>
  sumOf(texts) <= mostPairs(budget);

/**
 * Checks before the work that all pairs of these texts fit in memory at once.
 * @throws TooManyPairsError with their number, the memory that they need, and a --max-pairs that fits
 */
export function requirePairBudget(texts: readonly WantedPairs[], budget: PairBudget): void {
  const { cost, doing, room } = budget;
  const pairs = sumOf(texts);
  const most = mostPairs(budget);
  if (pairs <= most) return;
  const each = cost.heap + cost.outside;
  const there = Math.min(room.heap, room.outside);
  const largest = texts.reduce((a, b) => (b.pairs > a.pairs ? b : a));
  const place = largest.source ? `, at ${formatLocation(largest.source)}` : "";
  const fitting = Math.floor((most - texts.reduce((sum, { always = 0 }) => sum + always, 0)) / texts.length);
  const advice =
    fitting < 1
      ? "Give fewer texts at a time."
      : `Take the nearest of each text alone: --max-pairs ${fitting} fits here (maxPairs in the library). Or give fewer or shorter texts at a time.`;
  throw new TooManyPairsError(
    `Cannot ${doing} ${count(pairs)} pairs of entities: they take about ${memory(pairs * each)} of memory, and there are ${memory(there)}` +
      `${pairs > mostInCollection ? `; at most ${count(mostInCollection)} are held at once` : ""}. ` +
      `Most are in the text ${printable(largest.id)}${place}: ${count(largest.entities)} entities, so ${count(largest.pairs)} pairs. ${advice}`,
    pairs,
    pairs * each,
  );
}

const count = (value: number): string => value.toLocaleString("en-US");

function memory(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  return `${(bytes / 1024 ** power).toFixed(1)} ${units[power]}`;
}
