import type { Span } from "../../corpus/document.ts";
import { RecordError } from "../../corpus/errors.ts";
import { quote } from "../../quote.ts";
import type { SourceLocation } from "../../errors.ts";

/** The brackets before and after a mention: of the head, then of the tail. */
export const brackets = [
  ["[[", "]]"],
  ["<<", ">>"],
] as const;
const marks = brackets.flat();

/** Whether the text itself contains such a bracket, which could not be distinguished from those of the format. */
export const hasBracket = (text: string): boolean => marks.some((mark) => text.includes(mark));

export interface BracketedPair {
  readonly text: string;
  /** Head and tail. */
  readonly spans: readonly [Span, Span];
}

// A space inside each bracket belongs to it.
const withBlanks = /(\[\[ | \]\]|<< | >>)/;
const bare = /(\[\[|\]\]|<<|>>)/;

function parse(marked: string, pattern: RegExp): BracketedPair | undefined {
  const offsets = new Map<string, number>();
  let text = "";
  for (const [i, piece] of marked.split(pattern).entries()) {
    if (i % 2 === 0) text += piece;
    else if (offsets.has(piece.trim())) return undefined;
    else offsets.set(piece.trim(), text.length);
  }
  const span = ([open, close]: readonly [string, string]): Span | undefined => {
    const [start, end] = [offsets.get(open), offsets.get(close)];
    return start === undefined || end === undefined ? undefined : { start, end };
  };
  const [head, tail] = brackets.map(span);
  return head && tail ? { text, spans: [head, tail] } : undefined;
}

/**
 * The text without its brackets, and the spans that they marked.
 * @throws {RecordError} unless each bracket occurs exactly once.
 */
export function parseBrackets(marked: string, at: SourceLocation): BracketedPair {
  const pair = parse(marked, withBlanks) ?? parse(marked, bare);
  if (pair) return pair;
  throw new RecordError("one [[ head ]] and one << tail >> in the text", quote(marked), at);
}

/** The text with its pair between brackets. */
export function writeBrackets(text: string, pair: readonly [Span, Span]): string {
  // At one offset, a mention ends before another begins; of two mentions on the same characters, one is nested in the
  // other.
  const inserted = pair.flatMap(({ start, end }, i) => [
    { at: start, order: 2 + i, mark: `${brackets[i]![0]} ` },
    { at: end, order: 1 - i, mark: ` ${brackets[i]![1]}` },
  ]);
  inserted.sort((a, b) => a.at - b.at || a.order - b.order);
  let written = "";
  let from = 0;
  for (const { at, mark } of inserted) {
    written += text.slice(from, at) + mark;
    from = at;
  }
  return written + text.slice(from);
}
