import { pairCount } from "../../corpus/pairs.ts";
import type { PredictionInput } from "./prediction-input.ts";

/** Texts scored in one go: enough to fill batches, few enough to answer a stream early. */
const textsAtOnce = 64;

/** From this many pairs on, fewer texts: the answers to all of them are held in memory. */
const pairsAtOnce = 50_000;

/**
 * Collects texts until enough are there to be scored in one go. Whoever scores the same texts by chunks of this kind
 * gives the model the same batches, and gets the same answers to the last bit.
 */
export class PredictionChunk<Text extends Pick<PredictionInput, "entities" | "pairs">> {
  readonly #maxPairs: number;
  #texts: Text[] = [];
  #pairs = 0;

  constructor(maxPairs = Infinity) {
    this.#maxPairs = maxPairs;
  }

  get isEmpty(): boolean {
    return this.#texts.length === 0;
  }

  /** Adds a text; returns whether the chunk is full. */
  add(text: Text): boolean {
    this.#texts.push(text);
    this.#pairs += text.pairs?.length ?? Math.min(pairCount(text.entities.length), this.#maxPairs);
    return this.#texts.length >= textsAtOnce || this.#pairs >= pairsAtOnce;
  }

  /** Returns the texts and begins the next chunk. */
  take(): Text[] {
    const texts = this.#texts;
    this.#texts = [];
    this.#pairs = 0;
    return texts;
  }
}
