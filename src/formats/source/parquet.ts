import { DataError, UserError } from "../../errors.ts";
import { printable } from "../../quote.ts";
import type { ParquetLimits } from "./parquet-rows.ts";
import type { RandomAccess } from "./random-access.ts";

export const defaultLimits: ParquetLimits = {
  footerBytes: 64 * 2 ** 20,
  pageBytes: 128 * 2 ** 20,
  partRows: 256,
  partBytes: 8 * 2 ** 20,
};

/** Bytes of lines that are handed on at once. */
const pieceBytes = 2 ** 18;

export const isParquet = (first: Uint8Array): boolean => String.fromCharCode(...first.subarray(0, 4)) === "PAR1";

/**
 * The rows of a Parquet file as JSON Lines, so that every reader of lines reads them: row N is line N, a column is a key,
 * a list a list and a struct an object. Holds a page of each column and a few hundred rows, however large the row groups
 * are. A row with text that is no UTF-8 is written as a line that is no UTF-8 either, which its reader refuses alone.
 * @param path path of the file for messages
 * @throws DataError for a damaged file, a feature of Parquet that is not read, and a page that is too large
 */
export async function* parquetLines(
  bytes: RandomAccess,
  path: string,
  limits: ParquetLimits = defaultLimits,
): AsyncGenerator<Buffer> {
  try {
    const { parquetMetadataAsync } = await import("hyparquet");
    const { parquetCodecs } = await import("./parquet-codecs.ts");
    const { parquetRows } = await import("./parquet-rows.ts");
    const file = { byteLength: bytes.size, slice: sliceOf(bytes) };
    await requireSmallFooter(bytes, path, limits);
    const metadata = await parquetMetadataAsync(file, { geoparquet: false });
    let invalid = false;
    const stringFromBytes = (given: Uint8Array | undefined): string | undefined => {
      const text = decoded(given);
      invalid ||= text === notText;
      return text;
    };
    const how = { compressors: parquetCodecs(limits.pageBytes), parsers: { stringFromBytes } };
    let pieces: Buffer[] = [];
    let held = 0;
    for await (const row of parquetRows(bytes, metadata, how, limits)) {
      const line = Buffer.from(`${JSON.stringify(plain(row))}\n`);
      const piece = invalid && holds(row, notText) ? Buffer.concat([notUtf8, line]) : line;
      pieces.push(piece);
      held += piece.length;
      if (held < pieceBytes) continue;
      yield Buffer.concat(pieces);
      pieces = [];
      held = 0;
    }
    if (held > 0) yield Buffer.concat(pieces);
  } catch (cause) {
    if (cause instanceof UserError || !(cause instanceof Error)) throw cause;
    throw new DataError(
      `the Parquet file cannot be read: ${printable(cause.message)}. Was it copied to its end? If pyarrow reads it, ` +
        'write it anew from there: pq.write_table(table, path, compression="zstd", data_page_size=2**20).',
      { file: path },
    );
  } finally {
    await bytes.close();
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
