import type { Entity, Span } from "../../corpus/document.ts";

/** The annotated and the found spans of one text, in any order. */
export interface FoundSpans {
  readonly gold: readonly Entity[];
  readonly found: readonly Entity[];
}

export const sameBoundaries = (a: Span, b: Span): boolean => a.start === b.start && a.end === b.end;

/** Whether two spans have a character in common. */
export const overlap = (a: Span, b: Span): boolean => a.start < b.end && b.start < a.end;

/** The key of a span with its type; two spans have one key if both boundaries and the type are the same. */
export const typedKey = ({ start, end, type }: Entity): string => `${start}:${end}:${type}`;

export const spanKey = ({ start, end }: Span): string => `${start}:${end}`;

/** Orders spans as the text has them: by start, then by end, then by type. */
export const inTextOrder = (spans: readonly Entity[]): Entity[] =>
  [...spans].sort((a, b) => a.start - b.start || a.end - b.end || (a.type < b.type ? -1 : Number(a.type > b.type)));
