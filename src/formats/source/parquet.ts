import type { FileMetaData } from "hyparquet";
import { DataError, UserError } from "../../errors.ts";
import { printable } from "../../quote.ts";
import type { RandomAccess } from "./random-access.ts";

/** Limits of what is held in memory of one file. */
export interface ParquetLimits {
  /** Bytes of the description of all row groups, which stands at the end of the file. */
  readonly footerBytes: number;
  /** Unpacked bytes of a row group that can only be read as a whole. */
  readonly groupBytes: number;
  /** Unpacked bytes that are aimed at where a row group can be read in parts, since it has an index of its pages. */
  readonly partBytes: number;
}

const defaultLimits: ParquetLimits = { footerBytes: 64 * 2 ** 20, groupBytes: 512 * 2 ** 20, partBytes: 32 * 2 ** 20 };

/** Rows that are read at once at most where pages have an index: their objects may be far larger than their columns. */
const partRows = 16_384;

/** Bytes of lines that are handed on at once. */
const pieceBytes = 2 ** 18;

export const isParquet = (first: Uint8Array): boolean => String.fromCharCode(...first.subarray(0, 4)) === "PAR1";

/**
 * The rows of a Parquet file as JSON Lines, so that every reader of lines reads them: row N is line N, a column is a key,
 * a list a list and a struct an object. Holds one row group at a time, or a part of it where its pages have an index. A
 * row with text that is no UTF-8 is written as a line that is no UTF-8 either, which its reader refuses alone.
 * @param path path of the file for messages
 * @throws DataError for a damaged file, a feature of Parquet that is not read, and a row group that is too large
 */
export async function* parquetLines(
  bytes: RandomAccess,
  path: string,
  limits: ParquetLimits = defaultLimits,
): AsyncGenerator<Buffer> {
  try {
    const { parquetMetadataAsync, parquetReadObjects } = await import("hyparquet");
    const { parquetCodecs } = await import("./parquet-codecs.ts");
    const file = { byteLength: bytes.size, slice: sliceOf(bytes) };
    await requireSmallFooter(bytes, path, limits);
    const metadata = await parquetMetadataAsync(file, { geoparquet: false });
    let invalid = false;
    const stringFromBytes = (given: Uint8Array | undefined): string | undefined => {
      const text = decoded(given);
      invalid ||= text === notText;
      return text;
    };
    const compressors = parquetCodecs(limits.groupBytes);
    let pieces: Buffer[] = [];
    let held = 0;
    for (const [rowStart, rowEnd] of partsOf(metadata, path, limits)) {
      const parsers = { stringFromBytes };
      const options = { file, metadata, rowStart, rowEnd, compressors, parsers, useOffsetIndex: true };
      for (const row of await parquetReadObjects(options)) {
        const line = Buffer.from(`${JSON.stringify(plain(row))}\n`);
        const piece = invalid && holds(row, notText) ? Buffer.concat([notUtf8, line]) : line;
        pieces.push(piece);
        held += piece.length;
        if (held < pieceBytes) continue;
        yield Buffer.concat(pieces);
        pieces = [];
        held = 0;
      }
    }
    if (held > 0) yield Buffer.concat(pieces);
  } catch (cause) {
    if (cause instanceof UserError || !(cause instanceof Error)) throw cause;
    throw new DataError(
      `the Parquet file cannot be read: ${printable(cause.message)}. Was it copied to its end? If pyarrow reads it, ` +
        'write it anew from there: pq.write_table(table, path, compression="zstd", row_group_size=10_000).',
      { file: path },
    );
  } finally {
    await bytes.close();
  }
}

/** The rows that are read at once, in order: row groups, or parts of them. @throws DataError for one that is too large */
function* partsOf(
  { row_groups }: FileMetaData,
  path: string,
  { groupBytes, partBytes }: ParquetLimits,
): Generator<[start: number, end: number]> {
  let start = 0;
  for (const [i, { columns, num_rows }] of row_groups.entries()) {
    const rows = Number(num_rows);
    const bytes = columns.reduce((sum, { meta_data }) => sum + Number(meta_data?.total_uncompressed_size ?? 0), 0);
    const isIndexed = columns.every((column) => column.offset_index_offset && column.offset_index_length);
    if (!isIndexed && bytes > groupBytes) {
      const size = (count: number): string => `${Math.ceil(count / 2 ** 20)} MiB`;
      throw new DataError(
        `row group ${i + 1} of ${row_groups.length} has ${size(bytes)} unpacked, and is held in memory as a whole, which is done up to ${size(groupBytes)}. ` +
          "Write the file with smaller ones: pq.write_table(table, path, row_group_size=10_000), or with write_page_index=True.",
        { file: path },
      );
    }
    const step = isIndexed ? Math.min(partRows, Math.max(1, Math.ceil((rows * partBytes) / Math.max(1, bytes)))) : rows;
    for (let from = 0; from < rows; from += step) yield [start + from, start + Math.min(rows, from + step)];
    start += rows;
  }
}

async function requireSmallFooter(bytes: RandomAccess, path: string, { footerBytes }: ParquetLimits): Promise<void> {
  const end = await bytes.read(Math.max(0, bytes.size - 8), 8);
  const found = end.length === 8 ? end.readUInt32LE(0) : 0;
  if (found <= footerBytes) return;
  throw new DataError(
    `the Parquet file says that its description has ${found} bytes, more than the ${footerBytes} that are read. ` +
      "Write it with fewer row groups, or as several files.",
    { file: path },
  );
}

/** Reads ranges as hyparquet asks for them. */
const sliceOf =
  (bytes: RandomAccess) =>
  async (start: number, end: number = bytes.size): Promise<ArrayBuffer> => {
    const read = await bytes.read(start, end - start);
    if (read.length < end - start) throw new Error(`it ends at byte ${start + read.length}, expected ${end}`);
    const copied = new Uint8Array(read.length);
    copied.set(read);
    return copied.buffer;
  };

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** Stands for text that is no UTF-8: half of a character, which no text has that was decoded. */
const notText = "\uD800";
const notUtf8 = Buffer.from([0xff]);

function decoded(bytes: Uint8Array | undefined): string | undefined {
  try {
    return bytes && strict.decode(bytes);
  } catch {
    return notText;
  }
}

/** A value as JSON has it: exact integers as numbers, longer ones as strings of digits, bytes in base64. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value !== "object" || value === null || value instanceof Date) return value ?? null;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

const holds = (value: unknown, wanted: string): boolean =>
  value === wanted ||
  (typeof value === "object" && value !== null && Object.values(value).some((item) => holds(item, wanted)));
