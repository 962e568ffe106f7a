import { distanceBetween } from "../../corpus/candidates.ts";
import type { Span } from "../../corpus/document.ts";
import { cutsWord } from "../../corpus/spans.ts";

/** Occurrences of a surface in a text: those that are whole words or, if there are none, all. */
export function occurrences(text: string, surface: string): Span[] {
  const found: Span[] = [];
  if (surface === "") return found;
  for (let start = text.indexOf(surface); start >= 0; start = text.indexOf(surface, start + 1)) {
    found.push({ start, end: start + surface.length });
  }
  const words = found.filter((span) => !cutsWord(text, span));
  return words.length > 0 ? words : found;
}

/** The first head, and the nearest tail that does not overlap it, or else the nearest tail; on ties the first. */
export function chooseOccurrences(heads: readonly [Span, ...Span[]], tails: readonly [Span, ...Span[]]): [Span, Span] {
  const [head] = heads;
  const elsewhere = tails.filter(({ start, end }) => end <= head.start || head.end <= start);
  const candidates = elsewhere.length > 0 ? elsewhere : tails;
  const tail = candidates.reduce((best, span) =>
    distanceBetween(head, span) < distanceBetween(head, best) ? span : best,
  );
  return [head, tail];
}
