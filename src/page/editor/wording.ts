/** Where a word stands in a text. */
export interface Word {
  readonly start: number;
  readonly end: number;
}

const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });

/** The words of a text, and its signs: everything that a reader can point at, without blanks. */
export function wordsOf(text: string): Word[] {
  return [...segmenter.segment(text)]
    .filter(({ segment }) => segment.trim() !== "")
    .map(({ segment, index }) => ({ start: index, end: index + segment.length }));
}

/** The index of the word at an offset, or of the last one before it; -1 in a text without words. */
export function wordAt(words: readonly Word[], offset: number): number {
  let [low, high] = [0, words.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (words[middle]!.start <= offset) low = middle;
    else high = middle - 1;
  }
  return high < 0 ? -1 : low;
}

/** The keys that name so many things at once: one letter each, or two if there are more. */
export function hintsFor(count: number): string[] {
  const letters = "asdfghjklqweruiopzxcvnmtyb";
  if (count <= letters.length) return letters.slice(0, count).split("");
  return Array.from({ length: count }, (_, i) => `${letters[Math.floor(i / 26) % 26]}${letters[i % 26]}`);
}
