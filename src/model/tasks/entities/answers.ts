import type { Answer } from "../../../evaluation/mistakes.ts";
import type { TextExample } from "./learn.ts";
import type { FoundSpan } from "./spans.ts";

/** The entities that were found in a text. */
export interface TextAnswer extends Answer<TextExample> {
  readonly found: readonly FoundSpan[];
  /** For each gold entity the probability that the model gives it. */
  readonly goldProbabilities: readonly number[];
}

/** In a confusion matrix what stands at a place where there is no entity. */
export const noEntity = "no entity";
