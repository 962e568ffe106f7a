import type { Span } from "../corpus/document.ts";
import { cutsWord } from "../corpus/spans.ts";
import { isSuspicious } from "./span-faults.ts";

const furthestShift = 3;

/** All occurrences of a surface, the nearest to `start` first; `near` has those within 3 characters of `start`. */
export function placesOf(text: string, surface: string, start: number): { near: Span[]; all: Span[] } {
  const all: Span[] = [];
  if (surface !== "") {
    for (let at = text.indexOf(surface); at >= 0; at = text.indexOf(surface, at + 1)) {
      all.push({ start: at, end: at + surface.length });
    }
  }
  const distance = (span: Span): number => Math.abs(span.start - start);
  all.sort((a, b) => distance(a) - distance(b));
  return { near: all.filter((span) => distance(span) <= furthestShift), all };
}

/** The span without white space at its ends. */
export function trimmed(text: string, { start, end }: Span): Span {
  const surface = text.slice(start, end);
  const from = start + surface.length - surface.trimStart().length;
  return { start: from, end: from + surface.trim().length };
}

/**
 * A correction for a span that cuts a word: whole words of the same length within 3 characters, or else the words that
 * it touches.
 */
export function nearestWords(text: string, span: Span): { how: string; span: Span } | undefined {
  const cuts = (offset: number): boolean => cutsWord(text, { start: offset, end: offset });
  for (let distance = 1; distance <= furthestShift; distance++) {
    for (const [sign, shift] of [
      ["+", distance],
      ["−", -distance],
    ] as const) {
      // A shift is plausible only if the span gains the rest of a word.
      if (!cuts(shift > 0 ? span.end : span.start)) continue;
      const moved = { start: span.start + shift, end: span.end + shift };
      if (!isSuspicious(text, moved)) return { how: `Shifted by ${sign}${distance}`, span: moved };
    }
  }
  let { start, end } = trimmed(text, span);
  while (cuts(start)) start--;
  while (cuts(end)) end++;
  return isSuspicious(text, { start, end }) ? undefined : { how: "Widened to whole words", span: { start, end } };
}
