/** MurmurHash3's finisher (Appleby, public domain). */
const mixed = (hash: number): number => {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
};

/** Hashes a string to 32 bits: FNV-1a over its code units, then mixed. */
export function hash32(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mixed(h);
}

/** Hashes a string to 53 bits, as many as a number holds exactly: two of the above with different salts, in one pass. */
export function hash53(text: string): number {
  let first = 0x811c9dc5;
  let second = 0x811c9dc5 ^ 0x9e3779b9;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    first = Math.imul(first ^ unit, 0x01000193);
    second = Math.imul(second ^ unit, 0x01000193);
  }
  return mixed(first) * 2 ** 21 + (mixed(second) >>> 11);
}

// In scripts written without spaces each sign counts as a word.
const word = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{M}\p{N}]+/gu;

/** A hash of every three words in a row, whatever separates them; none for a text of fewer than three words. */
export function wordTriples(text: string): Int32Array {
  const words = (text.toLowerCase().match(word) ?? []).map((found) => hash32(found));
  const triples = new Int32Array(Math.max(0, words.length - 2));
  for (let i = 0; i < triples.length; i++) {
    triples[i] = mixed(words[i]! ^ mixed(words[i + 1]! ^ mixed(words[i + 2]!)));
  }
  return triples;
}
