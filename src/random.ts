/**
 * Random numbers as a pure function of a key, so that a run can be repeated and resumed anywhere:
 * `random(seed, "dropout", epoch, step)` gives the same stream whenever it is asked for.
 */
export interface Random {
  /** Draws uniformly from [0, 1), with 32 bits. */
  next(): number;
  /** Draws an integer uniformly from [0, bound). */
  below(bound: number): number;
  /** Draws from the standard normal distribution, by Box and Muller (1958). */
  normal(): number;
}

export type RandomKey = readonly (string | number)[];

/** Hashes the key's text by FNV-1a, finished by the mixer of MurmurHash3 (Appleby, public domain). */
function hash(key: RandomKey, salt: number): number {
  let h = 0x811c9dc5 ^ salt;
  for (const char of key.join("\u0000")) h = Math.imul(h ^ char.codePointAt(0)!, 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Makes the stream for this key, by the generator sfc32 of PractRand (Doty-Humphrey, public domain). */
export function random(...key: RandomKey): Random {
  let a = hash(key, 1);
  let b = hash(key, 2);
  let c = hash(key, 3);
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 12; i++) next();
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return { next, below: (bound) => Math.floor(next() * bound), normal };
}

/** Returns a new array in random order (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], stream: Random): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = stream.below(i + 1);
    [result[i], result[j]] = [result[j]!, result[i]!];
  }
  return result;
}
