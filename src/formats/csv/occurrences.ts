import { distanceBetween } from "../../corpus/candidates.ts";
import type { Span } from "../../corpus/document.ts";
import { cutsWord } from "../../corpus/spans.ts";

/** Where a surface stands in a text: as whole words, or anywhere if it nowhere stands so. */
export function occurrences(text: string, surface: string): Span[] {
  const found: Span[] = [];
  if (surface === "") return found;
  for (let start = text.indexOf(surface); start >= 0; start = text.indexOf(surface, start + 1)) {
    found.push({ start, end: start + surface.length });
  }
  const words = found.filter((span) => !cutsWord(text, span));
  return words.length > 0 ? words : found;
}

/** The first of the heads and, of the tails elsewhere if there are such, the one nearest to it, of equals the first. */
export function chooseOccurrences(heads: readonly [Span, ...Span[]], tails: readonly [Span, ...Span[]]): [Span, Span] {
  const [head] = heads;
  const elsewhere = tails.filter(({ start, end }) => end <= head.start || head.end <= start);
  const candidates = elsewhere.length > 0 ? elsewhere : tails;
  const tail = candidates.reduce((best, span) =>
    distanceBetween(head, span) < distanceBetween(head, best) ? span : best,
  );
  return [head, tail];
}
