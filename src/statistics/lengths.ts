import type { Document, Span } from "../corpus/document.ts";
import { Runs } from "./runs.ts";

/** How much of a model's input texts and pairs take, in tokens, `<s>`, `</s>` and the four markers of a pair counted. */
export interface TokenCounter {
  /** How they are counted, in words that complete "Tokens are counted: …" or "Tokens are estimated: …". */
  readonly method: string;
  readonly isEstimate: boolean;
  /** Tokens that the model reads at once. */
  readonly maxLength: number;
  /** Of the whole text, and of the part from the first to the last character of each pair of entities. */
  count(document: Document, pairs: readonly (readonly [Span, Span])[]): Promise<TokenCounts>;
}

export interface TokenCounts {
  readonly text: number;
  readonly pairs: readonly number[];
}

/** Tokens that stand beside those of the text: `<s>`, `</s>`, and two markers around each mention of a pair. */
export const tokensAround = 6;

const bytesPerToken = 4;

/**
 * The tokens of a model that nobody named, for LUKE's 512 positions. Vocabularies of some 50,000 to 250,000 pieces split
 * no run of letters, digits or signs into fewer than one piece, and spend about four bytes of UTF-8 on a piece; so each run
 * counts a quarter of its bytes, rounded up. Measured with a tokenizer, the number is another one.
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
