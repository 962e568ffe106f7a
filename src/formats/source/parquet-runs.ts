/**
 * The numbers of one stream in Parquet's hybrid of run lengths and packed bits, a few at a time: a run of a million equal numbers
 * is three bytes, and becomes an array of a million only if it is asked for as a whole.
 */
export class NumberRuns {
  readonly #bytes: Uint8Array;
  /** Bits of a number. */
  readonly #width: number;
  #position = 0;
  /** Numbers that the current run still has. */
  #left = 0;
  /** The number that the run repeats; undefined if its numbers are packed. */
  #repeated: number | undefined;
  /** The place of the next packed number. */
  #bit = 0;

  /** @param width bits of a number; with 0, all are 0 and there are no bytes */
  constructor(bytes: Uint8Array, width: number) {
    if (width > 32) throw new Error(`its numbers have ${width} bits, more than 32`);
    this.#bytes = bytes;
    this.#width = width;
  }

  /** The next numbers. @throws Error if there are fewer */
  take(count: number): number[] {
    const numbers: number[] = [];
    while (numbers.length < count) {
      if (this.#width === 0) numbers.push(0);
      else if (this.#left === 0) this.#begin();
      else {
        const some = Math.min(this.#left, count - numbers.length);
        for (let i = 0; i < some; i++) numbers.push(this.#repeated ?? this.#unpacked());
        this.#left -= some;
      }
    }
    return numbers;
  }

  #begin(): void {
    // A packed run ends with a whole byte.
    this.#position = Math.max(this.#position, Math.ceil(this.#bit / 8));
    const header = this.#varint();
    if (header % 2 === 0) {
      this.#left = header / 2;
      let value = 0;
      for (let i = 0; i < Math.ceil(this.#width / 8); i++) value += this.#byte(this.#position++) * 2 ** (8 * i);
      this.#repeated = value;
    } else {
      this.#left = ((header - 1) / 2) * 8;
      this.#repeated = undefined;
      this.#bit = this.#position * 8;
    }
  }

  #unpacked(): number {
    let value = 0;
    for (let taken = 0; taken < this.#width;) {
      const shift = this.#bit % 8;
      const some = Math.min(8 - shift, this.#width - taken);
      value += ((this.#byte(Math.floor(this.#bit / 8)) >>> shift) & ((1 << some) - 1)) * 2 ** taken;
      taken += some;
      this.#bit += some;
    }
    return value;
  }

  #varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#byte(this.#position++);
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new Error("a run of its numbers has no length");
  }

  #byte(at: number): number {
    const byte = this.#bytes[at];
    if (byte === undefined) throw new Error("it has fewer numbers than it says");
    return byte;
  }
}

/** The bits that numbers up to `most` need. */
export const bitsOf = (most: number): number => 32 - Math.clz32(most);
