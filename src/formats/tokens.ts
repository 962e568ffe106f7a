import type { Document, Span } from "../corpus/document.ts";
import type { NoticeLog } from "../corpus/notices.ts";
import type { SourceLocation } from "../errors.ts";
import { quote } from "../quote.ts";

/** A text made of tokens with one blank between them. */
export interface JoinedTokens {
  readonly text: string;
  readonly count: number;
  /** The characters of tokens `first` up to but without `end`. Tokens that are not there give offsets outside of the text. */
  readonly span: (first: number, end: number) => Span;
}

/** The text of a corpus that has only tokens. */
export function joinTokens(tokens: readonly string[]): JoinedTokens {
  const starts: number[] = [];
  let length = 0;
  for (const token of tokens) {
    starts.push(length);
    length += token.length + 1;
  }
  const text = tokens.join(" ");
  const count = tokens.length;
  const startOf = (token: number): number => starts[token] ?? (token < 0 ? token : text.length + 1 + token - count);
  const endOf = (token: number): number =>
    tokens[token] === undefined
      ? token < 0
        ? token
        : text.length + 2 + token - count
      : starts[token]! + tokens[token].length;
  return {
    text,
    count,
    span: (first, end) => ({ start: startOf(first), end: end === first ? startOf(first) : endOf(end - 1) }),
  };
}

/** As joinTokens for a text of which these are the tokens, with any white space between them; undefined where they are not. */
export function alignTokens(text: string, tokens: readonly string[]): JoinedTokens | undefined {
  const blanks = /\s*/y;
  const spans: Span[] = [];
  let at = 0;
  const skip = (): void => {
    blanks.lastIndex = at;
    at += blanks.exec(text)![0].length;
  };
  for (const token of tokens) {
    skip();
    if (!text.startsWith(token, at)) return undefined;
    spans.push({ start: at, end: (at += token.length) });
  }
  skip();
  if (at < text.length) return undefined;
  // Tokens that are not there give offsets outside of the text, as those of joinTokens.
  const outside = { start: text.length + 1, end: text.length + 2 };
  const place = (first: number, end: number): Span => ({
    start: (spans[first] ?? outside).start,
    end: (spans[end - 1] ?? outside).end,
  });
  return { text, count: tokens.length, span: place };
}

/** A text in tokens, and by entity the tokens it spans: `start` the first, `end` the one after its last. */
export interface TokenizedText {
  readonly tokens: readonly Span[];
  readonly spans: readonly Span[];
}

// A word keeps its inner apostrophes, hyphens and points (l’attestation, va-t-il, 3.50); any other sign stands alone, with
// what combines with it: an emoji is one token even where it is made of several (a family, a flag, a skin tone).
const word = String.raw`[\p{L}\p{M}\p{N}_]+(?:['’.,-][\p{L}\p{M}\p{N}_]+)*`;
const pictograph = String.raw`\p{Extended_Pictographic}[\p{M}\p{Emoji_Modifier}]*`;
const flag = String.raw`\p{Regional_Indicator}{2}`;
const tokenPattern = new RegExp(String.raw`${word}|${pictograph}(?:\u200d${pictograph})*|${flag}|\S\p{M}*`, "gu");

/**
 * The tokens of a text, none of which crosses the beginning or end of an entity, so that each entity is whole tokens.
 * Blanks inside of an entity separate its tokens, blanks at its ends are no part of it.
 */
export function tokenizeAround(text: string, entities: readonly Span[]): TokenizedText {
  const edges = [...new Set([0, text.length, ...entities.flatMap(({ start, end }) => [start, end])])].sort(
    (a, b) => a - b,
  );
  const tokens: Span[] = [];
  for (const [i, start] of edges.slice(0, -1).entries()) {
    for (const match of text.slice(start, edges[i + 1]).matchAll(tokenPattern)) {
      tokens.push({ start: start + match.index, end: start + match.index + match[0].length });
    }
  }
  const firstFrom = (offset: number): number => {
    let low = 0;
    let high = tokens.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (tokens[middle]!.start < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return { tokens, spans: entities.map(({ start, end }) => ({ start: firstFrom(start), end: firstFrom(end) })) };
}

/** Of texts that only their tokens are written of. */
export const rewrittenText = "texts rewritten as tokens with one blank between them";

/** Whether the text is its tokens with one blank between them. */
const isJoined = (text: string, tokens: readonly Span[]): boolean =>
  tokens.every(({ start }, i) =>
    i === 0 ? start === 0 : start === tokens[i - 1]!.end + 1 && text[start - 1] === " ",
  ) && (tokens.at(-1)?.end ?? 0) === text.length;

/** As tokenizeAround for a format that holds the tokens and not the text, which is counted if it is rewritten. */
export function writtenTokens({ id, text, entities, source }: Document, notices: NoticeLog): TokenizedText {
  const tokenized = tokenizeAround(text, entities);
  if (!isJoined(text, tokenized.tokens)) {
    const at = source && { ...source, detail: `document ${quote(id, 30)}` };
    notices.lose("lost-exact-text", rewrittenText, at, { other: 1 });
  }
  return tokenized;
}

/**
 * The document as it comes back from a format of tokens: its text rewritten as tokens with one blank between them, its
 * entities on the same words.
 */
export function retokenize(document: Document): Document {
  const { tokens, spans } = tokenizeAround(document.text, document.entities);
  const joined = joinTokens(tokens.map(({ start, end }) => document.text.slice(start, end)));
  const entities = document.entities.map((entity, i) => ({
    ...entity,
    ...joined.span(spans[i]!.start, spans[i]!.end),
  }));
  return { ...document, text: joined.text, entities };
}

// Of the Penn Treebank, whose parser needs brackets for itself.
const escapes: ReadonlyMap<string, string> = new Map([
  ["-LRB-", "("],
  ["-RRB-", ")"],
  ["-LSB-", "["],
  ["-RSB-", "]"],
  ["-LCB-", "{"],
  ["-RCB-", "}"],
  ["``", '"'],
  ["''", '"'],
]);

/** The sign that a Penn Treebank token stands for: a bracket for `-LRB-`, a quotation mark for two backquotes; any other as it is. */
export const restoreToken = (token: string): string => escapes.get(token.toUpperCase()) ?? token;

/** Tells of a written text that is read otherwise, for the signs of Penn Treebank tokens or without blanks at its ends. */
export function tellReadOtherwise({ id, source }: Document, notices: NoticeLog): void {
  const message =
    "texts with Penn Treebank tokens (``, '', -LRB-) or white space at their ends, which readers of the format take for " +
    "quotes and brackets or leave out";
  const at = source && { ...source, detail: `document ${quote(id, 30)}` };
  notices.lose("read-otherwise", message, at, { other: 1 });
}

const restoredMessage = "documents with Penn Treebank tokens for brackets or quotes, read as the signs they stand for";

/** As restoreToken for the tokens of one document, which is counted if any of them changes. */
export function restoreTokens(tokens: readonly string[], notices: NoticeLog, at: SourceLocation): string[] {
  const restored = tokens.map(restoreToken);
  const first = restored.findIndex((token, i) => token !== tokens[i]);
  if (first >= 0) {
    notices.add("treebank-token", restoredMessage, { ...at, detail: `${tokens[first]} as ${restored[first]}` });
  }
  return restored;
}
