import type { TokenSpan } from "./markers.ts";

/**
 * Chooses the part of `length` tokens that is kept if only `limit` fit: `core`, and as much on its left as on its
 * right; room that one side does not need goes to the other. Returns undefined if the core alone does not fit.
 */
export function windowAround(core: TokenSpan, length: number, limit: number): TokenSpan | undefined {
  if (length <= limit) return { start: 0, end: length };
  const spare = limit - (core.end - core.start);
  if (spare < 0) return undefined;
  const after = length - core.end;
  const left = Math.min(core.start, Math.max(Math.floor(spare / 2), spare - after));
  return { start: core.start - left, end: core.start - left + limit };
}
