/**
 * The places in `word` of tokens that have these numbers of its UTF-8 bytes, in UTF-16 code units. A token that begins or
 * ends inside a character has all of it. If bytes were left out, since the vocabulary lacks them, each token has the whole
 * word: which of them it has is not known then.
 */
export function placesOfBytes(word: string, sizes: readonly number[]): (readonly [start: number, end: number])[] {
  /** For each byte the character that it belongs to. */
  const starts: number[] = [];
  const ends: number[] = [];
  for (let at = 0; at < word.length;) {
    const character = word.codePointAt(at)!;
    const end = at + (character > 0xffff ? 2 : 1);
    // A lone surrogate is encoded as U+FFFD, which has three bytes.
    const bytes = character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    for (let i = 0; i < bytes; i++) {
      starts.push(at);
      ends.push(end);
    }
    at = end;
  }
  if (sizes.reduce((sum, size) => sum + size, 0) !== starts.length) return sizes.map(() => [0, word.length]);
  let byte = 0;
  return sizes.map((size) => {
    const first = byte;
    byte += size;
    return [starts[first]!, ends[byte - 1]!];
  });
}
