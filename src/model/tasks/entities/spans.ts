import type { Span } from "../../../corpus/document.ts";

/** A span of a text and the id of its type. */
export interface TypedSpan extends Span {
  readonly type: number;
}

/** An entity that was found. */
export interface FoundSpan extends TypedSpan {
  readonly probability: number;
}

export const overlap = (a: Span, b: Span): boolean => a.start < b.end && b.start < a.end;
