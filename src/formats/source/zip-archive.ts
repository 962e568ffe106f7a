import { crc32 } from "node:zlib";
import { fromRandomAccessReaderPromise, getFileNameLowLevel, RandomAccessReader, validateFileName } from "yauzl";
import type { Entry, ZipFile } from "yauzl";
import { ArchiveLimitError, DamagedArchiveError, MemberNameError, PackedMemberError } from "../../corpus/errors.ts";
import { printable } from "../../quote.ts";
import { UserError, type SourceLocation } from "../../errors.ts";
import { UnpackBudget, type ArchiveLimits } from "./archive-limits.ts";
import { byName, isHidden, type Member } from "./member.ts";
import type { RandomAccess } from "./random-access.ts";
import { inflate } from "./unpack.ts";

const readSize = 64 * 1024;

/** Whether the first four bytes are those of a zip: a member, or the end of an archive without members. */
export const isZip = (first: Buffer): boolean => ["PK\x03\x04", "PK\x05\x06"].includes(first.toString("latin1", 0, 4));

/**
 * A reader that checks offsets: yauzl's own readers pass offsets from the file to `fs.read` unchecked, which throws
 * where nothing can catch it.
 */
class BoundedReader extends RandomAccessReader {
  readonly #bytes: RandomAccess;
  constructor(bytes: RandomAccess) {
    super();
    this.#bytes = bytes;
  }
  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.#bytes.read(position, length).then((read) => {
      read.copy(buffer, offset);
      callback(read.length < length ? new Error("it ends too early") : null);
    }, callback);
  }
}

/** Turns yauzl's errors, all of which concern the archive, into DamagedArchiveError. */
async function checked<T>(promise: Promise<T>, at: SourceLocation): Promise<T> {
  try {
    return await promise;
  } catch (cause) {
    if (cause instanceof UserError || !(cause instanceof Error)) throw cause;
    throw new DamagedArchiveError(cause.message, at);
  }
}

/** A zip whose members are read in place; nothing is written to disk. */
export class ZipArchive {
  /** Files sorted by name, without folders, links and hidden files. */
  readonly members: readonly Member[];
  /** The budget of unpacked bytes for all members together. */
  readonly budget: UnpackBudget;
  readonly #zip: ZipFile;
  readonly #bytes: RandomAccess;

  private constructor(
    zip: ZipFile,
    bytes: RandomAccess,
    entries: Map<string, Entry>,
    path: string,
    budget: UnpackBudget,
  ) {
    this.#zip = zip;
    this.#bytes = bytes;
    this.budget = budget;
    this.members = [...entries]
      .map(([name, entry]): Member => {
        // A member may be read several times but is counted once.
        let counted = 0;
        const count = (read: number): void => {
          if (read > counted) budget.spend(read - counted);
          counted = Math.max(counted, read);
        };
        return { name, chunks: () => this.#unpack(entry, { file: `${path}/${name}` }, count) };
      })
      .sort(byName);
  }

  /**
   * Reads the archive's directory. The archive closes `bytes`, also when this fails.
   * @param path path of the archive for messages
   * @param outer budget of the archive that this one is a member of
   * @throws {DamagedArchiveError, ArchiveLimitError, MemberNameError, PackedMemberError}
   */
  static async open(
    bytes: RandomAccess,
    path: string,
    limits: ArchiveLimits,
    outer?: UnpackBudget,
  ): Promise<ZipArchive> {
    const at = { file: path };
    try {
      const options = { decodeStrings: false, validateEntrySizes: false, autoClose: false };
      const zip = await checked(fromRandomAccessReaderPromise(new BoundedReader(bytes), bytes.size, options), at);
      const budget = new UnpackBudget(limits, at, () => bytes.size, outer);
      budget.spendMembers(zip.entryCount);
      const entries = await checked(readDirectory(zip, bytes, at, limits), at);
      return new ZipArchive(zip, bytes, entries, path, budget);
    } catch (error) {
      await bytes.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#bytes.close();
  }

  async *#unpack(entry: Entry, at: SourceLocation, count: (read: number) => void): AsyncGenerator<Buffer> {
    const { uncompressedSize, compressedSize, compressionMethod } = entry;
    const { fileDataStart } = await checked(this.#zip.readLocalFileHeaderPromise(entry, { minimal: true }), at);
    const packed = this.#packed(fileDataStart, compressedSize, at);
    let read = 0;
    let checksum = 0;
    for await (const chunk of compressionMethod === 0 ? packed : inflate(packed, at)) {
      read += chunk.length;
      checksum = crc32(chunk, checksum);
      if (read > uncompressedSize) break;
      count(read);
      yield chunk;
    }
    if (read !== uncompressedSize) {
      const found = read > uncompressedSize ? "more" : `${read}`;
      throw new DamagedArchiveError(`it should unpack to ${uncompressedSize} bytes and does to ${found}`, at);
    }
    if (checksum !== entry.crc32) throw new DamagedArchiveError("its checksum (CRC-32) is not that of its bytes", at);
  }

  async *#packed(start: number, length: number, at: SourceLocation): AsyncGenerator<Buffer> {
    for (let done = 0; done < length; done += readSize) {
      const wanted = Math.min(readSize, length - done);
      const chunk = await this.#bytes.read(start + done, wanted);
      if (chunk.length < wanted) throw new DamagedArchiveError("it ends too early", at);
      yield chunk;
    }
  }
}

const afterDirectory = ["PK\x05\x06", "PK\x06\x06", "PK\x05\x05"];

/** The members that are files, by display name. */
async function readDirectory(
  zip: ZipFile,
  bytes: RandomAccess,
  at: SourceLocation,
  limits: ArchiveLimits,
): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  const names = new Set<string>();
  let directoryBytes = 0;
  for await (const entry of zip.eachEntry()) {
    directoryBytes += entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength;
    if (directoryBytes > limits.directoryBytes) {
      const problem = `its directory is longer than the ${limits.directoryBytes} bytes that are read`;
      throw new ArchiveLimitError("directoryBytes", problem, at);
    }
    const name = checkName(entry, names, at);
    if (name.endsWith("/") || isHidden(name) || isLink(entry)) continue;
    checkMember(entry, { file: `${at.file}/${name}` });
    entries.set(name, entry);
  }
  // Writers without zip64 store the number of members modulo 65,536. (The cursor is a number, though typed boolean.)
  const next = (await bytes.read(Number(zip.readEntryCursor), 4)).toString("latin1");
  if (zip.entryCount > 0 && !afterDirectory.includes(next)) {
    throw new DamagedArchiveError(`its directory continues after the ${zip.entryCount} members that it declares`, at);
  }
  return entries;
}

/** @returns the name without empty parts and dots, safe to display; ends with a slash for a folder */
function checkName(entry: Entry, names: Set<string>, at: SourceLocation): string {
  const { generalPurposeBitFlag, fileNameRaw, extraFields } = entry;
  const written = getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, true);
  const parts = written.split("/").filter((part) => part !== "" && part !== ".");
  const name = printable(parts.join("/")) + (written.endsWith("/") ? "/" : "");
  if (validateFileName(written) !== null) {
    throw new MemberNameError(written, "has a name that leads out of the archive or holds a backslash", at);
  }
  if (name === "") throw new MemberNameError(written, "has no name", at);
  if (name.endsWith("/")) return name;
  if (names.has(name)) throw new MemberNameError(written, "is there twice", at);
  names.add(name);
  return name;
}

/** Whether an entry was made on Unix with the mode of a symbolic link. */
const isLink = ({ versionMadeBy, externalFileAttributes }: Entry): boolean =>
  versionMadeBy >>> 8 === 3 && externalFileAttributes >>> 28 === 0o12;

function checkMember(entry: Entry, at: SourceLocation): void {
  const { compressionMethod, compressedSize, uncompressedSize } = entry;
  if (entry.isEncrypted()) throw new PackedMemberError("the member is encrypted", at);
  if (!entry.canDecodeFileData()) {
    throw new PackedMemberError(
      `the member is packed by method ${compressionMethod}; stored (0) or deflated (8) are read`,
      at,
    );
  }
  if (compressionMethod === 0 && compressedSize !== uncompressedSize) {
    throw new DamagedArchiveError(
      `it is stored unpacked, but its sizes ${compressedSize} and ${uncompressedSize} differ`,
      at,
    );
  }
}
