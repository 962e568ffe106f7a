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
  /** Bytes of a zip within a zip, which is held in memory while its members are read. */
  readonly nestedBytes: number;
}

export const archiveLimits: ArchiveLimits = {
  members: 100_000,
  directoryBytes: 64 * 2 ** 20,
  unpackedBytes: 16 * 2 ** 30,
  ratio: 200,
  ratioFrom: 64 * 2 ** 20,
  nestedBytes: 64 * 2 ** 20,
};

/** Counts the members and the unpacked bytes of one archive, with those of the archives within it. */
export class UnpackBudget {
  readonly #limits: ArchiveLimits;
  readonly #at: SourceLocation;
  readonly #packed: () => number;
  readonly #outer: UnpackBudget | undefined;
  #unpacked = 0;
  #members = 0;

  /**
   * @param packed bytes of the archive as far as it was read
   * @param outer of the archive that this one is a member of: what is spent here is spent there too, so that zips within
   * a zip cannot hold more than one alone
   */
  constructor(limits: ArchiveLimits, at: SourceLocation, packed: () => number, outer?: UnpackBudget) {
    this.#limits = limits;
    this.#at = at;
    this.#packed = packed;
    this.#outer = outer;
  }

  /** @throws ArchiveLimitError */
  spendMembers(count: number): void {
    this.#members += count;
    if (this.#members > this.#limits.members) {
      const problem = `it has ${this.#members} members, more than the ${this.#limits.members} that are read`;
      throw new ArchiveLimitError("members", problem, this.#at);
    }
    this.#outer?.spendMembers(count);
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
    this.#outer?.spend(bytes);
  }
}
