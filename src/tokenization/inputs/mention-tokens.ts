import type { Span } from "../../corpus/document.ts";
import { cutAtBoundaries } from "./boundaries.ts";
import type { TokenSpan } from "./markers.ts";
import type { WordTokenizer } from "../tokenizers/word-tokenizer.ts";

/** The tokens of a text that was cut at its mentions, without special tokens. */
export interface MentionTokens {
  readonly tokens: readonly number[];
  /** Token spans in the order of the mentions; empty for a mention without a token of its own. */
  readonly mentions: readonly TokenSpan[];
}

/** Encodes one text once for each list of mentions, cut at the boundaries of that list alone. */
export const encodeMentions = (
  words: WordTokenizer,
  text: string,
  lists: readonly (readonly Span[])[],
): MentionTokens[] =>
  lists.map((spans) => {
    const { pieces, piecesBefore } = cutAtBoundaries(text, spans);
    const tokens: number[] = [];
    /** Number of tokens of the first k pieces. */
    const tokensBefore = [0];
    for (const piece of pieces) {
      words.encode(piece, tokens);
      tokensBefore.push(tokens.length);
    }
    const place = (boundary: number): number => tokensBefore[piecesBefore.get(boundary)!]!;
    return { tokens, mentions: spans.map(({ start, end }) => ({ start: place(start), end: place(end) })) };
  });
