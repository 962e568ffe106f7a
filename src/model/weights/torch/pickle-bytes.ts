import { CheckpointError } from "../../checkpoint-error.ts";

const maxStringBytes = 2 ** 16;
const maxNameBytes = 2 ** 8;
/** The longest integer: torch's largest is the magic number of its old format, of 10 bytes. */
const maxLongBytes = 16;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The bytes of a pickle, read from front to back. All reads throw a CheckpointError at their end. */
export class PickleBytes {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #file: string;
  #at: number;
  #opcodeAt: number;

  constructor(bytes: Uint8Array, start: number, file: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#file = file;
    this.#at = start;
    this.#opcodeAt = start;
  }

  get at(): number {
    return this.#at;
  }

  fail(expected: string, found: string, next?: string): never {
    const facts = { file: this.#file, expected, found: `${found}, at byte ${this.#opcodeAt} of the pickle` };
    throw new CheckpointError("bad pickle", next === undefined ? facts : { ...facts, next });
  }

  opcode(): number {
    this.#opcodeAt = this.#at;
    return this.uint8();
  }

  uint8(): number {
    return this.#view.getUint8(this.#skip(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#skip(2), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#skip(4), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#skip(4), true);
  }

  /** Reads a float, the only big-endian number. */
  float64(): number {
    return this.#view.getFloat64(this.#skip(8), false);
  }

  /** Reads an integer of any length; returns a bigint only if it is too large for a number. */
  long(length: number): number | bigint {
    if (length > maxLongBytes) this.fail(`an integer of at most ${maxLongBytes} bytes`, `one of ${length}`);
    const start = this.#skip(length);
    let bits = 0n;
    for (let i = length - 1; i >= 0; i--) bits = (bits << 8n) | BigInt(this.#bytes[start + i]!);
    const value = BigInt.asIntN(8 * length, bits);
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }

  text(length: number): string {
    if (length > maxStringBytes) this.fail(`a string of at most ${maxStringBytes} bytes`, `one of ${length}`);
    const start = this.#skip(length);
    try {
      return utf8.decode(this.#bytes.subarray(start, start + length));
    } catch {
      return this.fail("a string of UTF-8", "other bytes");
    }
  }

  line(): string {
    const end = this.#bytes.subarray(this.#at, this.#at + maxNameBytes).indexOf(0x0a);
    if (end < 0) this.fail(`a name of less than ${maxNameBytes} bytes`, "no end of it");
    const start = this.#skip(end + 1);
    return Buffer.from(this.#bytes.subarray(start, start + end)).toString("latin1");
  }

  #skip(length: number): number {
    const left = this.#bytes.length - this.#at;
    if (length > left) this.fail(`${length} more bytes`, `${left}`);
    this.#at += length;
    return this.#at - length;
  }
}
