import type { Span } from "../corpus/document.ts";
import {
  EmptySpanError,
  ReversedSpanError,
  SpanError,
  SpanOutsideTextError,
  SurrogatePairError,
} from "../corpus/errors.ts";
import { checkSpan, cutsWord, hasWhiteSpaceEdge } from "../corpus/spans.ts";
import type { ProblemCode } from "./problem-kinds.ts";

/** The reason why training would refuse a span; undefined if it would not. */
export function refusal(text: string, { start, end }: Span): ProblemCode | undefined {
  try {
    checkSpan(text, { start, end, type: "" });
    return undefined;
  } catch (error) {
    if (!(error instanceof SpanError)) throw error;
    if (error instanceof SpanOutsideTextError) return "span-outside-text";
    if (error instanceof ReversedSpanError) return "span-reversed";
    if (error instanceof EmptySpanError) return "span-empty";
    return error instanceof SurrogatePairError ? "span-cuts-character" : "span-only-white-space";
  }
}

/** Whether a span is refused, cuts a word, or begins or ends with white space. */
export const isSuspicious = (text: string, span: Span): boolean =>
  refusal(text, span) !== undefined || cutsWord(text, span) || hasWhiteSpaceEdge(text, span);
