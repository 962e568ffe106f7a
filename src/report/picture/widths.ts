/**
 * Widths of characters in thousandths of the font size: those of Arial and Liberation Sans for ASCII, and for other
 * scripts a width that is wide enough. A drawing gives every piece its width (`textLength`), so that what is drawn
 * is what was measured, whichever font there is.
 */
const ascii =
  "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 584 584 584 556 " +
  "1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 " +
  "333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584";
const asciiWidths = ascii.split(" ").map(Number);

// Made when first asked for: it takes some 10 ms, and most commands draw nothing.
let segmenter: Intl.Segmenter | undefined;
const wide =
  /^(?:\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|[\u3000-\u303f\uff01-\uff60\uffe0-\uffe6])/u;
const emoji = /^(?:\p{Emoji_Presentation}|\p{Regional_Indicator})|\uFE0F/u;
const narrow = /^[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Thai}]/u;
const invisible = /^[\p{Cf}\p{Cc}]+$/u;

/** A character as readers see it, with its marks. Offsets count UTF-16 code units; the width is in font sizes. */
export interface Grapheme {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly width: number;
}

/** The characters of a text. Characters that have no looks, and line ends, have width 0. */
export function graphemesOf(text: string): Grapheme[] {
  const all: Grapheme[] = [];
  for (const { segment, index } of isAscii(text)
    ? Array.from(text, (segment, index) => ({ segment, index }))
    : (segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" })).segment(text))
    all.push({ start: index, end: index + segment.length, text: segment, width: widthOf(segment) / 1000 });
  return all;
}

/** The width of a text in pixels at a font size. */
export function textWidth(text: string, fontSize: number): number {
  return graphemesOf(text).reduce((sum, { width }) => sum + width, 0) * fontSize;
}

// A carriage return and a line feed are one character.
const isAscii = (text: string): boolean => /^[\n -~]*$/.test(text);

function widthOf(grapheme: string): number {
  const code = grapheme.codePointAt(0)!;
  if (grapheme === "\t") return 1112;
  if (code >= 32 && code < 127) return asciiWidths[code - 32]!;
  if (invisible.test(grapheme)) return 0;
  if (emoji.test(grapheme)) return 1300;
  if (wide.test(grapheme)) return 1000;
  if (narrow.test(grapheme)) return 530;
  const plain = grapheme.normalize("NFD").charCodeAt(0);
  if (plain > 32 && plain < 127) return asciiWidths[plain - 32]!;
  return /^\s/u.test(grapheme) ? 278 : 620;
}

/** The text within a width in pixels, its end replaced by an ellipsis if need be. */
export function shortened(text: string, width: number, fontSize: number): string {
  if (textWidth(text, fontSize) <= width) return text;
  let kept = "";
  let left = width - fontSize;
  for (const grapheme of graphemesOf(text)) {
    left -= grapheme.width * fontSize;
    if (left < 0) break;
    kept += grapheme.text;
  }
  return `${kept}…`;
}
