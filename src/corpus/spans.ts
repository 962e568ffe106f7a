import type { SourceLocation } from "../errors.ts";
import type { Entity, Span } from "./document.ts";
import {
  EmptySpanError,
  ReversedSpanError,
  SpanOutsideTextError,
  SurrogatePairError,
  WhiteSpaceSpanError,
} from "./errors.ts";

const cutsSurrogatePair = (text: string, offset: number): boolean =>
  offset > 0 && text.codePointAt(offset - 1)! > 0xffff;

/**
 * Checks that the entity can be marked in `text`.
 * @throws {SpanError} that names the reason
 */
export function checkSpan(text: string, entity: Entity, at?: SourceLocation): void {
  const { start, end } = entity;
  const inside = (offset: number): boolean => offset >= 0 && offset <= text.length;
  if (!inside(start) || !inside(end)) throw new SpanOutsideTextError(text, entity, at);
  if (end < start) throw new ReversedSpanError(text, entity, at);
  if (end === start) throw new EmptySpanError(text, entity, at);
  if (cutsSurrogatePair(text, start) || cutsSurrogatePair(text, end)) throw new SurrogatePairError(text, entity, at);
  if (text.slice(start, end).trim() === "") throw new WhiteSpaceSpanError(text, entity, at);
}

// Scripts written without spaces are left out: there every span would seem to cut a word.
const letter = String.raw`(?!\p{scx=Han}|\p{scx=Hira}|\p{scx=Kana}|\p{scx=Thai}|\p{scx=Laoo}|\p{scx=Khmr}|\p{scx=Mymr})[\p{L}\p{M}\p{N}]`;
const insideWord = new RegExp(`(?<=${letter})(?=${letter})`, "uy");

/** Whether a character of ASCII is a letter or digit; undefined for any other. */
function isAsciiWord(code: number): boolean | undefined {
  if (code > 0x7f) return undefined;
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39);
}

function isInsideWord(text: string, offset: number): boolean {
  if (offset <= 0 || offset >= text.length) return false;
  const [before, after] = [isAsciiWord(text.charCodeAt(offset - 1)), isAsciiWord(text.charCodeAt(offset))];
  if (before === false || after === false) return false;
  // The expression takes ten times as long, and most characters are ASCII.
  if (before && after) return true;
  insideWord.lastIndex = offset;
  return insideWord.test(text);
}

/** Whether the span begins or ends between two letters or digits; a sign that the text was edited after annotation. */
export const cutsWord = (text: string, { start, end }: Span): boolean =>
  isInsideWord(text, start) || isInsideWord(text, end);

/** Whether the surface begins or ends with white space. */
export const hasWhiteSpaceEdge = (text: string, { start, end }: Span): boolean =>
  /\s/.test(text.charAt(start)) || /\s/.test(text.charAt(end - 1));
