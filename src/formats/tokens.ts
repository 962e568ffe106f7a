import type { Document, Span } from "../corpus/document.ts";
import type { NoticeLog } from "../corpus/notices.ts";
import type { SourceLocation } from "../errors.ts";
import { quote } from "../quote.ts";

/** A text made by joining tokens with one space. */
export interface JoinedTokens {
  readonly text: string;
  readonly count: number;
  /** The characters of the tokens [first, end). Tokens that do not exist give offsets outside the text. */
  readonly span: (first: number, end: number) => Span;
}

/** Makes the text of a document that has only tokens. */
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

/**
 * Like joinTokens, for a given text with any white space between its tokens; undefined if the tokens do not match the
 * text.
 */
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
  // Tokens that do not exist give offsets outside the text, like those of joinTokens.
  const outside = { start: text.length + 1, end: text.length + 2 };
  const place = (first: number, end: number): Span => ({
    start: (spans[first] ?? outside).start,
    end: (spans[end - 1] ?? outside).end,
  });
  return { text, count: tokens.length, span: place };
}

/** A text in tokens and, for each entity, its range of tokens, end exclusive. */
export interface TokenizedText {
  readonly tokens: readonly Span[];
  readonly spans: readonly Span[];
}

// A word keeps its inner apostrophes, hyphens and points (l’attestation, va-t-il, 3.50); any other sign is a token of
// its own, with its combining characters: an emoji is one token even if it consists of several (a family, a flag, a
// skin tone).
const word = String.raw`[\p{L}\p{M}\p{N}_]+(?:['’.,-][\p{L}\p{M}\p{N}_]+)*`;
const pictograph = String.raw`\p{Extended_Pictographic}[\p{M}\p{Emoji_Modifier}]*`;
const flag = String.raw`\p{Regional_Indicator}{2}`;
const tokenPattern = new RegExp(String.raw`${word}|${pictograph}(?:\u200d${pictograph})*|${flag}|\S\p{M}*`, "gu");

/**
 * Tokenizes a text so that no token crosses the beginning or end of an entity, and each entity consists of whole
 * tokens. Spaces inside an entity separate its tokens; spaces at its ends are not part of it.
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

/** Notice for texts of which only the tokens are written. */
export const rewrittenText = "texts rewritten as tokens with one blank between them";

/** Whether the text equals its tokens joined by one space. */
const isJoined = (text: string, tokens: readonly Span[]): boolean =>
  tokens.every(({ start }, i) =>
    i === 0 ? start === 0 : start === tokens[i - 1]!.end + 1 && text[start - 1] === " ",
  ) && (tokens.at(-1)?.end ?? 0) === text.length;

/** Like tokenizeAround, for a format that holds the tokens but not the text; counts texts that this changes. */
export function writtenTokens({ id, text, entities, source }: Document, notices: NoticeLog): TokenizedText {
  const tokenized = tokenizeAround(text, entities);
  if (!isJoined(text, tokenized.tokens)) {
    const at = source && { ...source, detail: `document ${quote(id, 30)}` };
    notices.lose("lost-exact-text", rewrittenText, at, { other: 1 });
  }
  return tokenized;
}

/**
 * The document as it is read back from a format of tokens: its text is the tokens joined by one space, with the
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

// Escapes of the Penn Treebank, which uses brackets for its own syntax.
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

/**
 * The sign that a Penn Treebank token stands for: a bracket for `-LRB-`, a quotation mark for two backquotes; other
 * tokens are unchanged.
 */
export const restoreToken = (token: string): string => escapes.get(token.toUpperCase()) ?? token;

/** Reports a written text that is read back differently, because of Penn Treebank tokens or white space at its ends. */
export function reportReadOtherwise({ id, source }: Document, notices: NoticeLog): void {
  const message =
    "texts with Penn Treebank tokens (``, '', -LRB-) or white space at their ends, which readers of the format take for " +
    "quotes and brackets or leave out";
  const at = source && { ...source, detail: `document ${quote(id, 30)}` };
  notices.lose("read-otherwise", message, at, { other: 1 });
}

const restoredMessage = "documents with Penn Treebank tokens for brackets or quotes, read as the signs they stand for";

/** Applies restoreToken to the tokens of one document, which is counted if any token changes. */
export function restoreTokens(tokens: readonly string[], notices: NoticeLog, at: SourceLocation): string[] {
  const restored = tokens.map(restoreToken);
  const first = restored.findIndex((token, i) => token !== tokens[i]);
  if (first >= 0) {
    notices.add("treebank-token", restoredMessage, { ...at, detail: `${tokens[first]} as ${restored[first]}` });
  }
  return restored;
}
