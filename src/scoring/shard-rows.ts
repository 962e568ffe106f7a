import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { DataError, formatLocation } from "../errors.ts";
import { readFailure } from "../files/failures.ts";
import { parseDocument } from "../formats/relata/read.ts";
import { formatSettings } from "../formats/settings.ts";
import { recordOfLine } from "../formats/source/json-records.ts";
import { maxLineBytes, splitLines, type Line } from "../formats/source/lines.ts";
import type { DocumentInput } from "../model/tasks/prediction-input.ts";
import { PredictionReading } from "../model/tasks/prediction-reading.ts";
import { codeOfError, type RejectedRow } from "../model/tasks/rejected-row.ts";
import { pickSettings } from "../settings.ts";
import { pathOfUri, type Manifest, type Shard } from "./manifest.ts";

/** A row of a shard: a text to be scored, or a row that cannot be read. */
export type ShardRow =
  | { readonly text: DocumentInput; readonly place: RowPlace }
  | { readonly text?: undefined; readonly reject: RejectedRow };

/** Where a row stands. */
export type RowPlace = Pick<RejectedRow, "file" | "line" | "byteOffset">;

/** Whether the lines of a shard were written by Relata when the run was planned. */
const isConverted = ({ uri }: Shard): boolean => !/^\w+:/.test(uri);

/**
 * Reads the rows of a shard, as `relata predict` reads the lines of the whole file: ids of rows without one, places and
 * offsets are those of the file.
 * @param finds whether the model finds the entities of a text, so that a row may lack them
 * @throws DataError at the end if the bytes are not those of the plan
 */
export async function* shardRows(
  folder: string,
  { options }: Manifest,
  shard: Shard,
  finds: boolean,
): AsyncGenerator<ShardRow> {
  const path = pathOfUri(folder, shard.uri);
  const settings = isConverted(shard)
    ? {}
    : pickSettings(formatSettings.omit({ annotator: true, skipInvalid: true }), options);
  const reading = new PredictionReading(formatSettings.parse(settings), finds);
  const read = new RangeBytes(path, shard);
  const start = { line: shard.line, byteOffset: shard.start };
  let number = 0;
  for await (const line of splitLines(read.pieces(), path, maxLineBytes, start)) {
    yield rowOf(line, ++number, reading, basename(path));
  }
  if (read.digest() === shard.sha256) return;
  throw new DataError(
    `the bytes from ${shard.start} to ${shard.end} are no longer those of the plan: the file was changed since. ` +
      "Bring it back as it was, or plan the run again in another folder.",
    { file: path },
  );
}

function rowOf(line: Line, number: number, reading: PredictionReading, fileName: string): ShardRow {
  const { at, byteOffset } = line;
  const place: RowPlace = { file: at.file, line: at.line, byteOffset };
  try {
    const record = recordOfLine(line, number);
    const document = reading.record(record.at, (notices) => parseDocument(record, fileName, reading, notices));
    if (document) return { text: reading.inputOf(document), place };
    return { reject: { ...place, error: "no-text", reason: "the line holds no text" } };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const reason = error.message.replace(`${formatLocation(error.at ?? at)}: `, "");
    return { reject: { ...place, error: codeOfError(error), reason } };
  }
}

/** The bytes of a range of a file, hashed as they are read. */
class RangeBytes {
  readonly #path: string;
  readonly #range: { readonly start: number; readonly end: number };
  readonly #hash = createHash("sha256");

  constructor(path: string, { start, end }: Pick<Shard, "start" | "end">) {
    this.#path = path;
    this.#range = { start, end: end - 1 };
  }

  async *pieces(): AsyncGenerator<Buffer> {
    try {
      for await (const piece of createReadStream(this.#path, { ...this.#range, highWaterMark: 2 ** 18 })) {
        this.#hash.update(piece as Buffer);
        yield piece as Buffer;
      }
    } catch (error) {
      throw readFailure(this.#path, error);
    }
  }

  digest(): string {
    return this.#hash.digest("hex");
  }
}
