type Granularity = "grapheme" | "sentence";

const segmenters = new Map<Granularity, Intl.Segmenter>();

/** The segmenter, made when first asked for: each takes some 10 ms, and few texts need one. */
function segmenterOf(granularity: Granularity): Intl.Segmenter {
  let segmenter = segmenters.get(granularity);
  if (!segmenter) segmenters.set(granularity, (segmenter = new Intl.Segmenter("en", { granularity })));
  return segmenter;
}

/**
 * Where each grapheme or sentence of a text begins, as Intl.Segmenter finds them. Each of its segments costs as much as
 * the text that it was given is long, so that a text is given in windows.
 * @param window how many UTF-16 code units are given at a time; more where a segment needs them
 */
export function segmentStarts(text: string, granularity: Granularity, window = 1024): number[] {
  const starts: number[] = [];
  let at = 0;
  let length = window;
  const segmenter = segmenterOf(granularity);
  while (at < text.length) {
    const end = at + length;
    const found = Array.from(segmenter.segment(text.slice(at, end)), ({ index }) => at + index);
    // Text after the window may move the start of its last segment, but nothing before: a grapheme depends only on the
    // next character, and the start of a sentence is certain once the sentence has an end.
    const certain = end < text.length ? found.length - 2 : found.length;
    for (const start of found.slice(0, Math.max(0, certain))) starts.push(start);
    if (certain > 0) at = end < text.length ? found[certain]! : text.length;
    length = certain > 0 ? window : length * 2;
  }
  return starts;
}
