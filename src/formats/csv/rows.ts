import { CsvError, parse, type InfoRecord } from "csv-parse";
import { EncodingError, RecordError } from "../../corpus/errors.ts";
import { printable } from "../../quote.ts";
import type { DataError, SourceLocation } from "../../errors.ts";
import { RowDecoder } from "./row-decoder.ts";
import { maxLineBytes } from "../source/lines.ts";
import type { SourceFile } from "../source/source-file.ts";

/** A row that is not blank. */
export interface Row {
  /** The line where the row begins; a quoted field may contain line ends. */
  readonly at: SourceLocation;
  readonly fields: readonly string[];
  /** Why `fields` cannot be trusted; the reader throws it when it reaches this row. */
  readonly problem?: DataError;
}

function decodeRow(decoder: RowDecoder, fields: readonly Buffer[], at: SourceLocation): Row {
  try {
    return { at, fields: decoder.decode(fields, at) };
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    return { at, fields: fields.map(String), problem: error };
  }
}

const byteOrderMark = Buffer.from("\uFEFF");

// The parser could drop the mark, but would then decode the fields too.
async function* withoutByteOrderMark(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let start: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (!start) yield chunk;
    else {
      start = Buffer.concat([start, chunk]);
      if (start.length < byteOrderMark.length) continue;
      yield start.indexOf(byteOrderMark) === 0 ? start.subarray(byteOrderMark.length) : start;
      start = undefined;
    }
  }
  if (start) yield start;
}

/** The way in which the rows of a file are found. */
export interface RowsOptions {
  /** Most bytes of a row. */
  readonly limit?: number;
  /** Called with the first row that is read as Windows-1252. */
  readonly assume?: (at: SourceLocation) => void;
}

/**
 * The rows of a file, including the first. Holds the rows of one read at a time.
 * @throws {RecordError} for a quotation mark that is never closed: the rows after it cannot be found.
 */
export async function* csvRows(
  file: SourceFile,
  delimiter: string,
  { limit = maxLineBytes, assume = () => {} }: RowsOptions = {},
): AsyncGenerator<Row> {
  const decoder = new RowDecoder(assume);
  const ready: Row[] = [];
  let nextLine = 1;
  // The parser counts a CR LF inside of a field as two lines.
  let countedTwice = 0;
  const take = (record: unknown, { lines }: InfoRecord): null => {
    // With `encoding: null` the fields are buffers, though the parser's types declare strings.
    const fields = record as Buffer[];
    const breaks = fields.flatMap((field) => field.toString("latin1").match(/\r\n|\r|\n/g) ?? []);
    countedTwice += breaks.filter((lineBreak) => lineBreak.length === 2).length;
    const line = lines - countedTwice - breaks.length;
    nextLine = lines - countedTwice + 1;
    ready.push(decodeRow(decoder, fields, { file: file.path, line }));
    return null;
  };
  const parser = parse({
    delimiter,
    // As bytes, so that each row is checked for its own encoding.
    encoding: null,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: limit,
    on_record: take,
  });
  // Errors also come through the callbacks, after the rows before them.
  parser.on("error", () => {});
  const done = (give: (callback: (error?: Error | null) => void) => unknown): Promise<void> =>
    new Promise((resolve, reject) => give((error) => (error ? reject(error) : resolve())));
  try {
    for await (const chunk of withoutByteOrderMark(file.chunks())) {
      await done((callback) => parser.write(chunk, callback));
      yield* ready.splice(0);
    }
    await done((callback) => parser.end(callback));
    yield* ready.splice(0);
  } catch (error) {
    yield* ready.splice(0);
    if (error instanceof CsvError) throw describe(error, { file: file.path, line: nextLine }, limit);
    throw error;
  } finally {
    parser.destroy();
  }
}

function describe(error: CsvError, at: SourceLocation, limit: number): RecordError {
  const expected = "a row whose quotation marks are closed";
  if (error.code === "CSV_QUOTE_NOT_CLOSED") {
    return new RecordError(expected, "one still open at the end of the file", at);
  }
  if (error.code === "CSV_MAX_RECORD_SIZE") return new RecordError(expected, `none within ${limit} bytes`, at);
  return new RecordError(expected, printable(error.message), at);
}
