import type { DocumentPrediction, ExplainedPair, Explanation } from "../../index.ts";
import type { Checked } from "./engine.ts";
import { Fault, retryLater } from "./fault.ts";

/** The one who waits for an answer. */
export interface Asker {
  /** Aborts when nobody waits any more. */
  readonly signal: AbortSignal;
  /** Whether somebody waits still; says so before the signal does where the loop of events is late. */
  readonly isWanted: () => boolean;
  /** The length of the request's body, if it is announced. */
  readonly bytes?: number | undefined;
}

/** A text that waits for its turn. */
export interface Waiting {
  readonly input: Checked;
  /** Its estimated tokens. */
  readonly cost: number;
  /** Asked when its turn comes, as of `Asker`. */
  readonly isWanted: () => boolean;
  readonly fail: (error: Error) => void;
}

/** A text whose pairs or entities are labelled, in a batch with others. */
export interface Item extends Waiting {
  readonly explained?: undefined;
  readonly answer: (answer: Answered) => void;
}

/** A pair of a text whose label is explained; it is a batch of its own. */
export interface ExplanationItem extends Waiting {
  readonly explained: ExplainedPair;
  readonly answer: (answer: AnsweredExplanation) => void;
}

/** The times of an answer, in milliseconds. */
export interface Times {
  readonly queued: number;
  readonly inference: number;
}
export interface Answered extends Times {
  readonly prediction: DocumentPrediction;
}
export interface AnsweredExplanation extends Times {
  readonly explanation: Explanation;
}

/** The items that an engine is asked about at once, each with the time of its arrival. */
export type Batch =
  | { readonly texts: readonly (readonly [Item, arrived: number])[]; readonly explanation?: undefined }
  | { readonly explanation: readonly [ExplanationItem, arrived: number] };

export interface QueueLimits {
  /** Tokens that wait or are computed. */
  readonly maxQueue: number;
  /** Tokens. */
  readonly batchTokens: number;
}

/** Seconds that a batch is to take at most where the speed is known: a request that arrives waits for it, whatever its own length. */
const longestBatch = 0.5;

const charsPerToken = 4;
const tokensPerPair = 4;

/**
 * Estimates the tokens of a text, without its tokenizer: four characters are a token, and each pair counts as four.
 */
export function costOf({ text, entities, pairs }: Checked): number {
  const pairCount = pairs?.length ?? entities.length * Math.max(0, entities.length - 1);
  return Math.ceil(text.length / charsPerToken) + 2 + pairCount * tokensPerPair;
}

/**
 * A first-in, first-out queue that is bounded by tokens, and hands out batches of at most so many. The bound holds for the
 * batch that is computed as well: a request that arrives waits for it too.
 */
export class BatchQueue {
  readonly #limits: QueueLimits;
  /** In the order of arrival, with the time of it. */
  readonly #items = new Map<Item | ExplanationItem, number>();
  #tokens = 0;
  /** Tokens of the batch that is computed. */
  #computed = 0;
  /** The length of the shortest body that had no room since there was more. */
  #refusedBytes = Infinity;
  /** Tokens per second, a moving mean; unknown before the first batch. */
  #rate: number | undefined;
  #wake: () => void = () => {};

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  get tokens(): number {
    return this.#tokens;
  }
  get size(): number {
    return this.#items.size;
  }

  /**
   * Whether a request has no room now, by the length of its body: not even the shortest text fits, or a body as short did
   * not fit.
   */
  isFullFor(bytes: number | undefined): boolean {
    return (bytes ?? 0) >= this.#refusedBytes || !this.#hasRoomFor(costOf({ text: "", entities: [] }));
  }

  /** @throws Fault 429 if a request has no room */
  requireRoom(bytes: number | undefined): void {
    if (this.isFullFor(bytes)) throw this.#busy();
  }

  /**
   * Takes all items of a request or none.
   * @param bytes the length of its body, if it is known
   * @throws Fault 413 if they would never fit, 429 if they do not fit now
   */
  add(items: readonly (Item | ExplanationItem)[], bytes = Infinity): void {
    const cost = items.reduce((sum, item) => sum + item.cost, 0);
    const { maxQueue } = this.#limits;
    if (cost > maxQueue)
      throw new Fault(
        413,
        `The request has about ${cost} tokens, and the server takes at most ${maxQueue} at once. Send fewer documents or pairs at a time.`,
      );
    if (!this.#hasRoomFor(cost)) {
      this.#refusedBytes = Math.min(this.#refusedBytes, bytes);
      throw this.#busy();
    }
    const now = performance.now();
    for (const item of items) this.#items.set(item, now);
    this.#tokens += cost;
    this.#wake();
  }

  /** Takes an item out that nobody waits for any more; one that is being computed stays there. */
  remove(item: Item | ExplanationItem): void {
    if (!this.#items.delete(item)) return;
    this.#tokens -= item.cost;
    this.#refusedBytes = Infinity;
  }

  /**
   * The next batch, which is computed until `finish` is called: one item at least, and more as long as they are within the
   * budget of tokens and of seconds; none if nobody waits for any item. A deadline can be over, and a client gone, before
   * the loop of events reports it.
   */
  take(): Batch {
    const most = Math.min(this.#limits.batchTokens, longestBatch * (this.#rate ?? Infinity));
    const batch: [Item, number][] = [];
    let cost = 0;
    for (const [item, arrived] of this.#items) {
      if (!item.isWanted()) {
        this.remove(item);
        continue;
      }
      if (item.explained) {
        if (batch.length > 0) break;
        this.remove(item);
        this.#computed = item.cost;
        return { explanation: [item, arrived] };
      }
      if (batch.length > 0 && cost + item.cost > most) break;
      batch.push([item, arrived]);
      cost += item.cost;
    }
    for (const [item] of batch) this.remove(item);
    this.#computed = cost;
    return { texts: batch };
  }

  /** Notes that the batch which was taken last is computed. */
  finish(): void {
    this.#computed = 0;
    this.#refusedBytes = Infinity;
  }

  /** Waits until there is an item, or until `stop` is called. */
  async filled(): Promise<void> {
    if (this.#items.size === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  stop(): void {
    this.#wake();
  }

  /** Fails everything that waits. */
  clear(error: Error): void {
    for (const item of this.#items.keys()) item.fail(error);
    this.#items.clear();
    this.#tokens = 0;
  }

  measure(tokens: number, milliseconds: number): void {
    const rate = tokens / Math.max(0.001, milliseconds / 1000);
    this.#rate = this.#rate === undefined ? rate : 0.8 * this.#rate + 0.2 * rate;
  }

  #hasRoomFor(cost: number): boolean {
    return this.#tokens + this.#computed + cost <= this.#limits.maxQueue;
  }

  /** Comes with the seconds in which what waits is computed. */
  #busy(): Fault {
    const tokens = this.#tokens + this.#computed;
    return retryLater(
      429,
      "The server is busy: too many texts are waiting. Send the request again later.",
      Math.min(60, tokens / (this.#rate ?? tokens)),
    );
  }
}
