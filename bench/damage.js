// Damages bytes at random: flips bits, puts in words that readers heed, cuts, repeats, and lies in headers of zip.

/** Offsets and widths of the fields of zip headers, after their signature. */
const zipFields = {
  "PK\x03\x04": [4, 2, 6, 2, 8, 2, 14, 4, 18, 4, 22, 4, 26, 2, 28, 2],
  "PK\x01\x02": [4, 2, 8, 2, 10, 2, 16, 4, 20, 4, 24, 4, 28, 2, 30, 2, 32, 2, 38, 4, 42, 4],
  "PK\x05\x06": [4, 2, 8, 2, 10, 2, 12, 4, 16, 4, 20, 2],
};

const edges = [0, 1, 2, 8, 14, 0x41, 0x7f, 0xff, 0xfffe, 0xffff, 0x7fffffff, 0xfffffffe, 0xffffffff];

const words = (
  '{|}|[|]|"|,|:|\\|\n|\r\n|\t| |;|null|true|-1|0|1e999|1.5|99999999999999999999|"\\ud800"|"__proto__"|""|\0|[]|{}|../|' +
  "📦|\u200d|\u0301|\u2028|\uFEFF|<e1>|</e2>|T1|R1\t|E1|*|PK\x01\x02|PK\x03\x04|PK\x05\x06|\x1f\x8b\x08|[[[[[[[[[[[[[[[["
).split("|");

export function mutate(original, originals, random) {
  const pick = (items) => items[random.below(items.length)];
  let bytes = Buffer.from(original);
  for (let changes = 1 + random.below(4); changes > 0 && bytes.length > 0; changes--) {
    const at = random.below(bytes.length);
    const insert = (piece, removed = 0) => Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at + removed)]);
    const length = 1 + random.below(64);
    const kind = random.below(12);
    if (kind < 2) bytes[at] ^= 1 << random.below(8);
    else if (kind === 2) bytes[at] = random.below(256);
    else if (kind < 5) {
      const word = Buffer.from(pick(words));
      bytes = insert(word, pick([0, length, word.length]));
    } else if (kind === 5) bytes = insert(Buffer.alloc(0), length);
    else if (kind === 6) {
      const from = random.below(bytes.length);
      bytes = insert(bytes.subarray(from, from + length), random.below(2) * length);
    } else if (kind === 7) {
      const other = pick(originals);
      bytes = Buffer.concat([bytes.subarray(0, at), other.subarray(random.below(other.length + 1))]);
    } else if (kind === 8 && random.below(3) === 0) bytes = bytes.subarray(0, at);
    else if (kind > 8) lie(bytes, pick, random);
  }
  return bytes;
}

/** Changes a field of a zip header, or a number of a text. */
function lie(bytes, pick, random) {
  const signature = pick(Object.keys(zipFields));
  const found = bytes.indexOf(signature, random.below(bytes.length), "latin1");
  if (found >= 0) {
    const fields = zipFields[signature];
    const field = 2 * random.below(fields.length / 2);
    const [start, width] = [found + fields[field], fields[field + 1]];
    if (start + width > bytes.length) return;
    const now = bytes.readUIntLE(start, width);
    const value = random.below(2) === 0 ? pick(edges) : now + random.below(9) - 4;
    bytes.writeUIntLE(Math.max(0, value) % 2 ** (8 * width), start, width);
    return;
  }
  const digit = /[0-9]/.exec(bytes.toString("latin1", random.below(bytes.length)));
  if (digit) bytes[bytes.length - digit.input.length + digit.index] = 48 + random.below(10);
}
