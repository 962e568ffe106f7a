import type { Span } from "../../corpus/document.ts";

/** A text cut at every boundary of some spans. */
export interface CutText {
  /** The text, in pieces that are encoded on their own; none is empty. */
  readonly pieces: readonly string[];
  /** For each start and end of a span the number of pieces before it. */
  readonly piecesBefore: ReadonlyMap<number, number>;
}

/**
 * Cuts a text as LukeTokenizer does (luke.md 4.4): at every start and end, with one U+0020 right before a boundary
 * going to the piece after it. So a mention has the blank before it, as its word has in running text, and not the blank
 * after.
 */
export function cutAtBoundaries(text: string, spans: readonly Span[]): CutText {
  const pieces: string[] = [];
  const piecesBefore = new Map<number, number>();
  let cut = 0;
  const boundaries: number[] = [];
  for (const { start, end } of spans) boundaries.push(start, end);
  for (const boundary of boundaries.sort((a, b) => a - b)) {
    if (piecesBefore.has(boundary)) continue;
    const next = text.charCodeAt(boundary - 1) === 0x20 ? boundary - 1 : boundary;
    if (next > cut) pieces.push(text.slice(cut, next));
    cut = next;
    piecesBefore.set(boundary, pieces.length);
  }
  if (cut < text.length) pieces.push(text.slice(cut));
  return { pieces, piecesBefore };
}
