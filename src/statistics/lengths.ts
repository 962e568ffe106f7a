import type { Document, Span } from "../corpus/document.ts";
import { Runs } from "./runs.ts";

/**
 * Counts the tokens that texts and pairs take in a model's input, including `<s>`, `</s>` and the four markers of a
 * pair.
 */
export interface TokenCounter {
  /** The way of counting, in words that complete "Tokens are counted: …" or "Tokens are estimated: …". */
  readonly method: string;
  readonly isEstimate: boolean;
  /** Maximal number of tokens in the model's input. */
  readonly maxLength: number;
  /**
   * Counts the tokens of the whole text, and of the part from the first to the last character of each pair of entities.
   */
  count(document: Document, pairs: readonly (readonly [Span, Span])[]): Promise<TokenCounts>;
}

export interface TokenCounts {
  readonly text: number;
  readonly pairs: readonly number[];
}

/** Number of tokens beside those of the text: `<s>`, `</s>`, and two markers around each mention of a pair. */
export const tokensAround = 6;

const bytesPerToken = 4;

/**
 * Estimates tokens if no model is named, for LUKE's 512 positions. Vocabularies of 50,000 to 250,000 pieces split each
 * run of letters, digits or signs into at least one piece and use about four bytes of UTF-8 per piece; so each run
 * counts a quarter of its bytes, rounded up. A tokenizer gives somewhat different numbers.
 */
export const estimatedTokens: TokenCounter = {
  method: "one for every four bytes of each run of letters, digits or signs; --model counts with a tokenizer",
  isEstimate: true,
  maxLength: 512,
  async count({ text }, pairs) {
    const tokens = new Runs(text, /\p{L}+|\p{N}+|[^\s\p{L}\p{N}]+/gu, (run) =>
      Math.ceil(Buffer.byteLength(run) / bytesPerToken),
    );
    return {
      text: tokens.total + tokensAround,
      pairs: pairs.map(([a, b]) => {
        const extent = tokens.between(Math.min(a.start, b.start), Math.max(a.end, b.end));
        return extent + tokensAround;
      }),
    };
  },
};
