import type { Span } from "../../corpus/document.ts";
import { DataError } from "../../errors.ts";

export type SpanProblem = "empty" | "not whole numbers" | "out of range" | "reversed" | "splits a character";

/** Thrown for a head or a tail that is not part of its text. */
export class PairSpanError extends DataError {
  override readonly name = "PairSpanError";
  readonly span: Span;
  readonly problem: SpanProblem;
  constructor(mention: string, span: Span, problem: SpanProblem, advice: string) {
    super(`cannot encode ${mention} [${span.start}, ${span.end}): ${problem}; ${advice}`);
    this.span = span;
    this.problem = problem;
  }
}

/**
 * Throws a PairSpanError unless `span` is a non-empty part of `text`; `mention` names it: `the head of pair 3`. White
 * space is not an error here: only encoding shows whether a mention has a token of its own.
 */
export function checkPairSpan(text: string, span: Span, mention: string): void {
  const { start, end } = span;
  const refuse = (problem: SpanProblem, advice: string): never => {
    throw new PairSpanError(mention, span, problem, advice);
  };
  if (!Number.isInteger(start) || !Number.isInteger(end)) {
    refuse("not whole numbers", "offsets count UTF-16 code units");
  }
  if (end < start) refuse("reversed", "the end, which is exclusive, must lie after the start");
  if (start < 0 || end > text.length) refuse("out of range", `the text has ${text.length} UTF-16 code units`);
  if (start === end) refuse("empty", "ends are exclusive: a mention of one letter has end = start + 1");
  for (const offset of [start, end]) {
    if (offset > 0 && text.codePointAt(offset - 1)! > 0xffff) {
      const around = text.slice(offset - 1, offset + 1);
      refuse(
        "splits a character",
        `offset ${offset} lies inside ${around}; offsets count UTF-16 code units, of which this character has two`,
      );
    }
  }
}
