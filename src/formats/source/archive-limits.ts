import { ArchiveLimitError } from "../../corpus/errors.ts";
import type { SourceLocation } from "../../errors.ts";

/** Limits for one folder or archive. Exports are far below them; archives made to exhaust a machine are not. */
export interface ArchiveLimits {
  /** Number of files, at any depth. */
  readonly members: number;
  /** Bytes of a zip's directory, which holds the names and properties of all members. */
  readonly directoryBytes: number;
  /** Total bytes, unpacked. */
  readonly unpackedBytes: number;
  /**
   * Unpacked bytes per packed byte, checked once `ratioFrom` bytes are unpacked. Deflate reaches 1032; texts about 10.
   */
  readonly ratio: number;
  readonly ratioFrom: number;
  /** Bytes of a zip inside a zip, which is held in memory while its members are read. */
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

/** Counts the members and the unpacked bytes of one archive, including those of the archives inside it. */
export class UnpackBudget {
  readonly #limits: ArchiveLimits;
  readonly #at: SourceLocation;
  readonly #packed: () => number;
  readonly #outer: UnpackBudget | undefined;
  #unpacked = 0;
  #members = 0;

  /**
   * @param packed bytes of the archive read so far
   * @param outer budget of the archive that contains this one; it is charged too, so that zips inside a zip cannot hold
   * more than one alone
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
