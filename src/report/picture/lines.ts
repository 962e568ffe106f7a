import type { Span } from "../../corpus/document.ts";
import { visualOrder } from "./bidi.ts";
import { measured } from "./measured.ts";
import type { Grapheme } from "./widths.ts";

/** A piece of a line that no span cuts, of one direction. Positions are in pixels. */
export interface Piece extends Span {
  readonly x: number;
  readonly width: number;
  readonly text: string;
  readonly rtl: boolean;
}

/** A line of the picture, its pieces in the order of the text. */
export interface Line extends Span {
  readonly pieces: readonly Piece[];
}

export interface Measures {
  readonly left: number;
  readonly right: number;
  readonly fontSize: number;
}

/**
 * Wraps a text into lines. Pieces end where spans do; a span that ends inside a character, as between a letter and its
 * accent, covers the whole character.
 */
export function linesOf(text: string, spans: readonly Span[], measures: Measures): Line[] {
  const cuts = new Set(spans.flatMap(({ start, end }) => [start, end]));
  const lines: Line[] = [];
  let start = 0;
  for (const paragraph of text.split(/\r\n|[\n\r\u2028\u2029]/u)) {
    const { rtl, graphemes, levels } = measured(paragraph, start);
    for (const [from, to] of wrapped(paragraph, graphemes, (measures.right - measures.left) / measures.fontSize))
      lines.push(lineOf(graphemes.slice(from, to), levels.slice(from, to), { rtl, cuts, measures, at: start }));
    start += paragraph.length + (text.startsWith("\r\n", start + paragraph.length) ? 2 : 1);
  }
  return lines;
}

const blank = /^\s/u;
const breaksAnywhere = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff01-\uff60]/u;
const staysWithBefore = /^[、。，．：；？！）」』】〉》〕ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ]/u;
const unspaced = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** The lines as ranges of characters. A word that is longer than a line is cut. @param room in font sizes */
function wrapped(text: string, graphemes: readonly Grapheme[], room: number): [from: number, to: number][] {
  const words = wordStarts(text, graphemes[0]?.start ?? 0);
  const mayBreak = (i: number): boolean => {
    const [before, here] = [graphemes[i - 1]!.text, graphemes[i]!.text];
    if (blank.test(here)) return false;
    if (blank.test(before) || words.has(graphemes[i]!.start)) return true;
    return (breaksAnywhere.test(before) || breaksAnywhere.test(here)) && !staysWithBefore.test(here);
  };
  const ranges: [number, number][] = [];
  let [from, chance, width] = [0, 0, 0];
  for (let i = 0; i < graphemes.length; i++) {
    if (i > from && mayBreak(i)) chance = i;
    const { text: own, width: size } = graphemes[i]!;
    // Blanks at the end of a line may hang over.
    if (width + size > room && !blank.test(own) && i > from) {
      const to = chance > from ? chance : i;
      ranges.push([from, to]);
      from = to;
      width = graphemes.slice(from, i).reduce((sum, one) => sum + one.width, 0);
    }
    width += size;
  }
  return [...ranges, [from, graphemes.length]];
}

/** Where words begin in scripts without blanks, of which Unicode's rules need a dictionary. */
function wordStarts(text: string, offset: number): ReadonlySet<number> {
  if (!unspaced.test(text)) return new Set();
  const segments = new Intl.Segmenter("th", { granularity: "word" }).segment(text);
  return new Set([...segments].filter(({ segment }) => unspaced.test(segment)).map(({ index }) => index + offset));
}

interface LineContext {
  readonly rtl: boolean;
  readonly cuts: ReadonlySet<number>;
  readonly measures: Measures;
  readonly at: number;
}

function lineOf(
  graphemes: readonly Grapheme[],
  levels: readonly number[],
  { rtl, cuts, measures, at }: LineContext,
): Line {
  let shown = graphemes.length;
  while (shown > 0 && blank.test(graphemes[shown - 1]!.text)) shown--;
  const runs: { first: number; end: number }[] = [];
  for (let i = 0; i < shown; i++) {
    if (i > 0 && levels[i] === levels[i - 1] && !cuts.has(graphemes[i]!.start)) runs.at(-1)!.end = i + 1;
    else runs.push({ first: i, end: i + 1 });
  }
  const widths = runs.map(({ first, end }) => graphemes.slice(first, end).reduce((sum, one) => sum + one.width, 0));
  const { left, right, fontSize } = measures;
  let x = rtl ? right - widths.reduce((sum, width) => sum + width, 0) * fontSize : left;
  const xs: number[] = [];
  for (const i of visualOrder(runs.map(({ first }) => levels[first]!))) {
    xs[i] = x;
    x += widths[i]! * fontSize;
  }
  const pieces = runs.map(({ first, end }, i): Piece => {
    const own = graphemes.slice(first, end);
    const text = own.map((one) => one.text).join("");
    const span = { start: own[0]!.start, end: own.at(-1)!.end };
    return { ...span, x: xs[i]!, width: widths[i]! * fontSize, text, rtl: levels[first]! % 2 === 1 };
  });
  return { start: graphemes[0]?.start ?? at, end: graphemes.at(-1)?.end ?? at, pieces };
}

/** The columns that a span covers on a line, from left to right; of mixed directions there may be several. */
export function columnsOf(line: Line, { start, end }: Span): { readonly x: number; readonly width: number }[] {
  const columns: { x: number; width: number }[] = [];
  const own = line.pieces.filter((piece) => piece.start < end && piece.end > start).sort((a, b) => a.x - b.x);
  for (const { x, width } of own) {
    const last = columns.at(-1);
    if (last && Math.abs(last.x + last.width - x) < 0.01) last.width += width;
    else columns.push({ x, width });
  }
  return columns;
}
