import type { Layout, PlacedLine } from "../../report/picture/layout.ts";
import { sizes } from "../../report/picture/layout.ts";
import type { Piece } from "../../report/picture/lines.ts";
import { graphemesOf } from "../../report/picture/widths.ts";

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The edges of the characters of a piece: offsets, and the distance from the side where the piece begins. */
function edgesOf(piece: Piece): { readonly offset: number; readonly at: number }[] {
  const graphemes = graphemesOf(piece.text);
  const total = graphemes.reduce((sum, { width }) => sum + width, 0) || 1;
  let at = 0;
  const edges = [{ offset: piece.start, at: 0 }];
  for (const { end, width } of graphemes) {
    at += (width / total) * piece.width;
    edges.push({ offset: piece.start + end, at });
  }
  return edges;
}

const xOf = (piece: Piece, at: number): number => (piece.rtl ? piece.x + piece.width - at : piece.x + at);

/** The rectangles of a span, one or more for each line that it touches. */
export function rectsOf({ lines }: Pick<Layout, "lines">, start: number, end: number): Rect[] {
  const rects: Rect[] = [];
  for (const { baseline, pieces } of lines) {
    for (const piece of pieces) {
      if (piece.start >= end || piece.end <= start) continue;
      const edges = edgesOf(piece);
      const from = edges.findLast(({ offset }) => offset <= start) ?? edges[0]!;
      const to = edges.find(({ offset }) => offset >= end) ?? edges.at(-1)!;
      const [a, b] = [xOf(piece, from.at), xOf(piece, to.at)];
      const y = baseline - sizes.ascent - 2;
      rects.push({ x: Math.min(a, b), y, width: Math.abs(a - b), height: sizes.ascent + sizes.descent + 4 });
    }
  }
  return rects;
}

/** The line at a height, or the nearest one. */
export function lineAt(lines: readonly PlacedLine[], y: number): PlacedLine | undefined {
  const distance = (line: PlacedLine): number => Math.abs(line.baseline - sizes.ascent / 2 - y);
  return lines.reduce<PlacedLine | undefined>(
    (best, line) => (line.pieces.length > 0 && (best === undefined || distance(line) < distance(best)) ? line : best),
    undefined,
  );
}

/** The offset of the character at a point, or of the nearest one on its line; undefined in a picture without text. */
export function offsetAt({ lines }: Pick<Layout, "lines">, x: number, y: number): number | undefined {
  const line = lineAt(lines, y);
  if (!line) return undefined;
  const away = ({ x: left, width }: Piece): number => Math.max(left - x, x - left - width, 0);
  const piece = line.pieces.reduce((best, one) => (away(one) < away(best) ? one : best));
  const at = piece.rtl ? piece.x + piece.width - x : x - piece.x;
  const edges = edgesOf(piece);
  const index = edges.findLastIndex((edge) => edge.at <= at);
  return edges[Math.min(Math.max(index, 0), Math.max(0, edges.length - 2))]!.offset;
}
