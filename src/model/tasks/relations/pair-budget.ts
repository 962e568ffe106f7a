import { freemem } from "node:os";
import { getHeapStatistics } from "node:v8";
import { printable } from "../../../quote.ts";
import { DataError, formatLocation, type SourceLocation } from "../../../errors.ts";

/**
 * Bytes that a pair takes at least, whatever the encoding: where it stands, its row of logits and its answer. It is
 * chosen below what is measured, so that nothing is refused that fits.
 */
const bytesPerPair = 300;
/** Bytes for each label of each pair: a logit, and a probability of double precision. */
const bytesPerLabel = 12;
/** Collections of JavaScript hold no more, however much memory there is. */
const mostInCollection = 2 ** 24 - 1;

/** A text and how many of its pairs are wanted. */
export interface WantedPairs {
  readonly id: string;
  readonly source?: SourceLocation | undefined;
  readonly entities: number;
  readonly pairs: number;
}

/** More pairs than memory holds, found before any of them is made. */
export class TooManyPairsError extends DataError {
  override readonly name = "TooManyPairsError";
  readonly pairs: number;
  /** Bytes that they would take, about. */
  readonly bytes: number;
  constructor(message: string, pairs: number, bytes: number) {
    super(message);
    this.pairs = pairs;
    this.bytes = bytes;
  }
}

/** Bytes that Node may still take for JavaScript's objects. */
const freeHeap = (): number => {
  const { heap_size_limit: limit, used_heap_size: used } = getHeapStatistics();
  return Math.max(0, limit - used);
};

/**
 * Counts before the work whether all pairs of these texts can be held at once.
 * @param doing for the message: `score`, `train on`
 * @param room bytes that there are
 * @throws TooManyPairsError with their number, the memory that they need, and a --max-pairs that fits
 */
export function requirePairBudget(
  texts: readonly WantedPairs[],
  { labels, doing, room = Math.min(freeHeap(), memoryLeft()) }: { labels: number; doing: string; room?: number },
): void {
  const pairs = texts.reduce((sum, text) => sum + text.pairs, 0);
  const each = bytesPerPair + labels * bytesPerLabel;
  const most = Math.min(Math.floor(room / each), mostInCollection);
  if (pairs <= most) return;
  const largest = texts.reduce((a, b) => (b.pairs > a.pairs ? b : a));
  const place = largest.source ? `, at ${formatLocation(largest.source)}` : "";
  const fitting = Math.floor(most / texts.length);
  const advice =
    fitting < 1
      ? "Give fewer texts at a time."
      : `Take the nearest of each text alone: --max-pairs ${fitting} fits here (maxPairs in the library). Or give fewer or shorter texts at a time.`;
  throw new TooManyPairsError(
    `Cannot ${doing} ${count(pairs)} pairs of entities: they take about ${memory(pairs * each)} of memory, and there are ${memory(room)}` +
      `${pairs > mostInCollection ? `; at most ${count(mostInCollection)} are held at once` : ""}. ` +
      `Most are in the text ${printable(largest.id)}${place}: ${count(largest.entities)} entities, so ${count(largest.pairs)} pairs. ${advice}`,
    pairs,
    pairs * each,
  );
}

/** Of the machine, or of the container that the process runs in. */
const memoryLeft = (): number => process.availableMemory?.() ?? freemem();

const count = (value: number): string => value.toLocaleString("en-US");

function memory(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  return `${(bytes / 1024 ** power).toFixed(1)} ${units[power]}`;
}
