import { isRightToLeft, levelsOf } from "./bidi.ts";
import { graphemesOf, type Grapheme } from "./widths.ts";

/** A paragraph as it is measured, whatever its spans and the width of the picture are. */
export interface Measured {
  readonly rtl: boolean;
  /** Offsets count from the beginning of the whole text. */
  readonly graphemes: readonly Grapheme[];
  readonly levels: readonly number[];
}

/** The latest paragraphs: a text that is being annotated is drawn anew after every act. */
const kept = new Map<string, Measured>();
const most = 50;

/** Measures a paragraph that begins at an offset of its text. */
export function measured(paragraph: string, start: number): Measured {
  const key = `${start} ${paragraph}`;
  const known = kept.get(key);
  if (known) return known;
  const rtl = isRightToLeft(paragraph);
  const graphemes = graphemesOf(paragraph).map((one) => ({ ...one, start: one.start + start, end: one.end + start }));
  const one = { rtl, graphemes, levels: levelsOf(graphemes, rtl) };
  if (kept.size >= most) kept.delete(kept.keys().next().value!);
  kept.set(key, one);
  return one;
}
