import { ArchiveLimitError } from "../../corpus/errors.ts";
import type { SourceLocation } from "../../errors.ts";

/** What is read of one folder or archive at most: exports are far from these, archives made to exhaust a machine are not. */
export interface ArchiveLimits {
  /** Files, at any depth. */
  readonly members: number;
  /** Bytes of the names of all members and of what a zip says of them. */
  readonly directoryBytes: number;
  /** Bytes in all, unpacked. */
  readonly unpackedBytes: number;
  /** Unpacked bytes per packed byte, looked at once `ratioFrom` bytes are unpacked. Deflate reaches 1032; texts about 10. */
  readonly ratio: number;
  readonly ratioFrom: number;
}

export const archiveLimits: ArchiveLimits = {
  members: 100_000,
  directoryBytes: 64 * 2 ** 20,
  unpackedBytes: 16 * 2 ** 30,
  ratio: 200,
  ratioFrom: 64 * 2 ** 20,
};

/** Counts the unpacked bytes of one archive. */
export class UnpackBudget {
  readonly #limits: ArchiveLimits;
  readonly #at: SourceLocation;
  readonly #packed: () => number;
  #unpacked = 0;

  /** @param packed bytes of the archive as far as it was read */
  constructor(limits: ArchiveLimits, at: SourceLocation, packed: () => number) {
    this.#limits = limits;
    this.#at = at;
    this.#packed = packed;
  }

  /** @throws ArchiveLimitError */
  spend(bytes: number): void {
    this.#unpacked += bytes;
    const { unpackedBytes, ratio, ratioFrom } = this.#limits;
    if (this.#unpacked > unpackedBytes) {
      const problem = `it unpacks to more than the ${unpackedBytes} bytes that are read of one archive`;
      throw new ArchiveLimitError("unpackedBytes", problem, this.#at);
    }
    const packed = this.#packed();
    if (this.#unpacked > ratioFrom && this.#unpacked > ratio * packed) {
      const problem = `${packed} bytes unpack to ${this.#unpacked} and more, over ${ratio} times as many, as no text does`;
      throw new ArchiveLimitError("ratio", problem, this.#at);
    }
  }
}
