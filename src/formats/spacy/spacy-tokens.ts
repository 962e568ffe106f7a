import type { Span } from "../../corpus/document.ts";
import { tokenizeAround } from "../tokens.ts";

export interface SpacyToken extends Span {
  /** Whether a space follows, which is not part of the token. */
  readonly ws: boolean;
}

/** A text in tokens and, for each entity, its range of tokens, end exclusive. */
export interface SpacyTokens {
  readonly tokens: readonly SpacyToken[];
  readonly spans: readonly Span[];
}

/**
 * Tokenizes like a spaCy Doc, whose tokens must reproduce the exact text: white space other than one space after a
 * token is a token of its own.
 */
export function spacyTokens(text: string, entities: readonly Span[]): SpacyTokens {
  const words = tokenizeAround(text, entities);
  const tokens: SpacyToken[] = [];
  const places: number[] = [];
  const addGap = (to: number): void => {
    const last = tokens.at(-1);
    let from = last?.end ?? 0;
    if (last && from < to && text[from] === " ") {
      tokens[tokens.length - 1] = { ...last, ws: true };
      from++;
    }
    if (from < to) tokens.push({ start: from, end: to, ws: false });
  };
  for (const word of words.tokens) {
    addGap(word.start);
    places.push(tokens.length);
    tokens.push({ ...word, ws: false });
  }
  addGap(text.length);
  return {
    tokens,
    spans: words.spans.map(({ start, end }) => ({ start: places[start]!, end: places[end - 1]! + 1 })),
  };
}
