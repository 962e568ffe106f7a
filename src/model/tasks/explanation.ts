import type { Attributor } from "../attribution.ts";

/** A word of a text, and how much it speaks for an answer. */
export interface WordScore {
  readonly start: number;
  /** End exclusive; both count UTF-16 code units. */
  readonly end: number;
  readonly text: string;
  /** The share of the word in the evidence, to first order; less than 0 if it speaks against the answer. */
  readonly score: number;
}

/** Why a model gives a label to a pair. */
export interface Explanation {
  /** Positions in the entities of the text. */
  readonly head: number;
  readonly tail: number;
  /** The label that is explained, and the one against which it is. */
  readonly label: string;
  readonly against: string | undefined;
  /** The logit of the label, less that of the other. */
  readonly evidence: number;
  /** Every word of the text that the model read, in its order. */
  readonly words: readonly WordScore[];
  /** The share of the entities' types, and that of markers and other tokens that the text does not have. */
  readonly types: number;
  readonly others: number;
}

/** The pair and the label whose evidence is explained. */
export interface ExplainedPair {
  readonly head: number;
  readonly tail: number;
  /** The label that the model gives if not given. */
  readonly label?: string | undefined;
}

/** Makes gradients of an opened model. */
export type Attribute = Attributor["of"];
