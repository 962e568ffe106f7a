import type { FileHandle } from "node:fs/promises";
import { CheckpointError, quote } from "../../checkpoint-error.ts";
import { readBytes } from "../byte-source.ts";

/** A file in the archive, whose content is not compressed. */
export interface ZipEntry {
  readonly name: string;
  readonly bytes: number;
  /** The position of its local header, from the start of the file. */
  readonly start: number;
  /** The position where the next entry begins. */
  readonly limit: number;
}

/** Entries by name, in the order of their central directory. Names are latin1, which keeps every byte. */
export type ZipEntries = ReadonlyMap<string, ZipEntry>;

const maxDirectoryBytes = 2 ** 25;
const maxEntries = 100_000;
const maxCommentBytes = 0xffff;
const signature = { local: 0x04034b50, central: 0x02014b50, end: 0x06054b50, end64: 0x06064b50, locator64: 0x07064b50 };
const fixedBytes = { local: 30, central: 46, end: 22, end64: 56, locator64: 20 } as const;
/** Values that mean that the number is too large for its field and is in the zip64 record. */
const [elsewhere16, elsewhere32] = [0xffff, 0xffffffff];
/** The bits of the general purpose flag that mean encryption. */
const encryptionFlags = 0x2041;
/** The bit that means that sizes follow the content instead of being in the local header. */
const descriptorFlag = 0x0008;
const zip64Field = 0x0001;

/**
 * Reads an archive's central directory (PKWARE's APPNOTE 6.3, zip64 included), as far as torch's files use it. CRCs
 * are not compared: torch can be set to write none that hold (`set_crc32_options`), and rows are read alone.
 * @param size the size of the whole file
 * @throws CheckpointError on anything else: compressed, encrypted, doubled or overlapping entries, names with paths
 */
export async function readZipEntries(handle: FileHandle, size: number, file: string): Promise<ZipEntries> {
  const { start, bytes, count } = await findDirectory(handle, size, file);
  const demand = demandFor(file);
  demand(count > 0 && count <= maxEntries, `1 to ${maxEntries} entries`, `${count}`);
  demand(bytes <= maxDirectoryBytes, `a directory of at most ${maxDirectoryBytes} bytes`, `${bytes}`);
  const directory = await readBytes(handle, start, bytes, file);
  const entries = parseDirectory(directory, count, start, file);
  const byStart = [...entries].sort((a, b) => a.start - b.start);
  const limited = new Map<string, ZipEntry>();
  for (const [i, entry] of byStart.entries()) {
    const limit = byStart[i + 1]?.start ?? start;
    const end = entry.start + fixedBytes.local + entry.name.length + entry.bytes;
    demand(end <= limit, "entries that do not overlap", `${quote(entry.name)} up to byte ${end}, the next at ${limit}`);
    limited.set(entry.name, { ...entry, limit });
  }
  demand(byStart[0]!.start === 0, "an entry at the start of the file", `the first at ${byStart[0]!.start}`);
  demand(limited.size === count, "each name once", `${count} entries with ${limited.size} names`);
  return new Map(entries.map(({ name }) => [name, limited.get(name)!]));
}

/**
 * Returns the position where an entry's content begins.
 * @throws CheckpointError if its local header differs from the central directory.
 */
export async function contentPosition(handle: FileHandle, entry: ZipEntry, file: string): Promise<number> {
  const { name, bytes, start, limit } = entry;
  const demand = demandFor(file);
  const header = viewOf(await readBytes(handle, start, fixedBytes.local + name.length, file));
  demand(header.getUint32(0, true) === signature.local, `a local header of ${quote(name)}`, `none at ${start}`);
  const flags = header.getUint16(6, true);
  demand((flags & encryptionFlags) === 0, "no encryption", `${quote(name)} encrypted`);
  demand(header.getUint16(8, true) === 0, "no compression", `${quote(name)} compressed in its local header`);
  const localName = latin1(header, fixedBytes.local, name.length);
  const sameName = header.getUint16(26, true) === name.length && localName === name;
  demand(sameName, `the name ${quote(name)} in its local header`, quote(localName));
  const local = [header.getUint32(18, true), header.getUint32(22, true)];
  const isSizeElsewhere = (flags & descriptorFlag) !== 0;
  demand(
    isSizeElsewhere || local.every((length) => length === bytes || length === elsewhere32),
    `${bytes} bytes in the local header of ${quote(name)}`,
    `${local[1]}`,
  );
  const position = start + header.byteLength + header.getUint16(28, true);
  demand(position + bytes <= limit, `${quote(name)} to end at ${limit}`, `its end at ${position + bytes}`);
  return position;
}

interface Directory {
  readonly start: number;
  readonly bytes: number;
  readonly count: number;
}

async function findDirectory(handle: FileHandle, size: number, file: string): Promise<Directory> {
  const demand = demandFor(file, "The file is cut short or damaged: download it again.");
  const tailStart = Math.max(0, size - fixedBytes.end - maxCommentBytes);
  const tail = viewOf(await readBytes(handle, tailStart, size - tailStart, file));
  let at = tail.byteLength - fixedBytes.end;
  const isEnd = (): boolean =>
    tail.getUint32(at, true) === signature.end &&
    tail.getUint16(at + 20, true) === tail.byteLength - at - fixedBytes.end;
  while (at >= 0 && !isEnd()) at--;
  demand(at >= 0, "the end of a zip archive's directory", "none");
  const isOneDisk =
    tail.getUint32(at + 4, true) === 0 && tail.getUint16(at + 8, true) === tail.getUint16(at + 10, true);
  demand(isOneDisk, "an archive in one piece", "a part of one");
  const end = tailStart + at;
  const record = await findDirectory64(handle, end, file);
  const read = (offset: number, width: 2 | 4, long: number | undefined): number => {
    const short = width === 2 ? tail.getUint16(at + offset, true) : tail.getUint32(at + offset, true);
    const isElsewhere = long !== undefined && short === (width === 2 ? elsewhere16 : elsewhere32);
    demand(long === undefined || isElsewhere || short === long, `${long}, as the zip64 record says`, `${short}`);
    return long ?? short;
  };
  const directory = {
    count: read(10, 2, record?.count),
    bytes: read(12, 4, record?.bytes),
    start: read(16, 4, record?.start),
  };
  const directoryEnd = record?.end ?? end;
  const { start, bytes } = directory;
  demand(start + bytes === directoryEnd, `a directory that ends at ${directoryEnd}`, `${bytes} bytes at ${start}`);
  return directory;
}

/** Reads the same from the zip64 record before the archive's end, if there is one. */
async function findDirectory64(
  handle: FileHandle,
  end: number,
  file: string,
): Promise<(Directory & { readonly end: number }) | undefined> {
  const locatorStart = end - fixedBytes.locator64;
  const recordStart = locatorStart - fixedBytes.end64;
  if (recordStart < 0) return undefined;
  const view = viewOf(await readBytes(handle, recordStart, fixedBytes.end64 + fixedBytes.locator64, file));
  if (view.getUint32(fixedBytes.end64, true) !== signature.locator64) return undefined;
  const demand = demandFor(file);
  const found = long(view, fixedBytes.end64 + 8);
  const isThere = found === recordStart && view.getUint32(0, true) === signature.end64;
  demand(isThere, `the zip64 record at ${recordStart}`, `it at ${found}`);
  demand(long(view, 4) === fixedBytes.end64 - 12, "a zip64 record of 56 bytes", `${long(view, 4) + 12}`);
  const isOneDisk = view.getUint32(16, true) === 0 && view.getUint32(20, true) === 0;
  demand(isOneDisk && long(view, 24) === long(view, 32), "an archive in one piece", "a part of one");
  return { count: long(view, 32), bytes: long(view, 40), start: long(view, 48), end: recordStart };
}

function parseDirectory(bytes: Uint8Array, count: number, directoryStart: number, file: string): ZipEntry[] {
  const demand = demandFor(file);
  const view = viewOf(bytes);
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    const isEntry = at + fixedBytes.central <= bytes.length && view.getUint32(at, true) === signature.central;
    demand(isEntry, `${count} entries in the directory`, `${i}`);
    const lengths = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const [nameLength, extraLength] = lengths as [number, number];
    const extra = at + fixedBytes.central + nameLength;
    const next = extra + lengths[1]! + lengths[2]!;
    demand(next <= bytes.length, "whole entries", "one cut off");
    const name = latin1(view, at + fixedBytes.central, nameLength);
    demand(isHarmless(name), "names that stay in the archive", quote(name));
    demand((view.getUint16(at + 8, true) & encryptionFlags) === 0, "no encryption", `${quote(name)} encrypted`);
    const method = view.getUint16(at + 10, true);
    demand(method === 0, "no compression, as torch writes", `${quote(name)} compressed by method ${method}`);
    const numbers = [24, 20, 42].map((offset) => view.getUint32(at + offset, true));
    const [size, stored, start] = widen(numbers, view, extra, extra + extraLength) as [number, number, number];
    demand(size === stored, `${size} bytes of ${quote(name)}`, `${stored}`);
    const isInside = start < directoryStart && size <= directoryStart;
    demand(isInside, `${quote(name)} in front of the directory`, `${size} bytes at ${start}`);
    entries.push({ name, bytes: size, start, limit: directoryStart });
    at = next;
  }
  demand(at === bytes.length, "nothing after the last entry of the directory", `${bytes.length - at} bytes`);
  return entries;
}

/** Reads the numbers of an entry; each that is too large for its field comes from the zip64 field. */
function widen(numbers: readonly number[], view: DataView, extra: number, extraEnd: number): number[] {
  for (let at = extra; at + 4 <= extraEnd; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== zip64Field) continue;
    const end = Math.min(extraEnd, at + 4 + view.getUint16(at + 2, true));
    let next = at + 4;
    return numbers.map((number) => {
      if (number !== elsewhere32 || next + 8 > end) return number;
      next += 8;
      return long(view, next - 8);
    });
  }
  return [...numbers];
}

/**
 * Whether a name stays in its folder. No entry is written to disk, but a name that leads out marks a hostile archive.
 */
const isHarmless = (name: string): boolean =>
  name.length > 0 && !/[\\\0]|^\/|^[A-Za-z]:/.test(name) && !name.split("/").includes("..");

/** Reads 64 bits as a number; inexact above 2^53, which is beyond any file. */
const long = (view: DataView, at: number): number => Number(view.getBigUint64(at, true));

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const latin1 = (view: DataView, at: number, length: number): string =>
  Buffer.from(view.buffer, view.byteOffset + at, length).toString("latin1");

type Demand = (holds: boolean, expected: string, found: string) => void;

function demandFor(file: string, next?: string): Demand {
  return (holds, expected, found) => {
    if (holds) return;
    throw new CheckpointError("bad zip archive", { file, expected, found, ...(next === undefined ? {} : { next }) });
  };
}
