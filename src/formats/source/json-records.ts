import { DataError, type SourceLocation } from "../../errors.ts";
import { NotJsonError } from "../../corpus/errors.ts";
import { transformed } from "../../generators.ts";
import { quote } from "../../quote.ts";
import { parseExactJson } from "./exact-json.ts";
import { jsonValues, type JsonPiece, type JsonSplitting } from "./json-values.ts";
import { splitLines, type Line } from "./lines.ts";
import { isObject, type Probe } from "./probe.ts";

/** A record of a file of JSON. */
export interface JsonRecord {
  readonly at: SourceLocation & { readonly line: number };
  /** Number among the records of the file, from 1. */
  readonly number: number;
  /**
   * Number from which the id of a record without one is made: its line if the record is alone on it, else its number.
   */
  readonly place: number;
  /** The text of the record, as in the file. */
  readonly text: string;
  readonly value: unknown;
  /** Number of numbers that JavaScript does not hold, integers beyond 2^53 and 1e400, which the value has as strings. */
  readonly keptAsStrings: number;
  /** Why there is no value. */
  readonly problem?: DataError;
  /** For an element of a wrapped list, the key of that list. */
  readonly key?: string;
  /** Whether it is the object around the records of a wrapped list, and no record itself. */
  readonly isWrapping?: boolean;
}

export interface JsonRecordOptions {
  /** Keys that may hold the name of a record, the best first. */
  readonly names?: readonly string[];
  /** Whether the list under this key of an object is a list of records. */
  readonly isWrapping?: JsonSplitting["isWrapping"];
  /** Maximal bytes of a record; for a record on a line of its own, those of any line. */
  readonly limit?: number | undefined;
}

/**
 * The records of a JSON file in any layout: one per line, so that a broken one ends with its line; the elements of one
 * list, which may be wrapped under a key of an object; or one object after the other, over any number of lines.
 */
export function jsonRecords(
  chunks: AsyncIterable<Buffer>,
  file: string,
  layout: Probe["layout"],
  options: JsonRecordOptions = {},
): AsyncIterable<JsonRecord> {
  const isOnLines = layout === "lines" || layout === undefined;
  if (!isOnLines || options.isWrapping) return recordsOfValues(chunks, file, isOnLines, options);
  let number = 0;
  return transformed(splitLines(chunks, file), (line) => recordOfLine(line, ++number));
}

async function* recordsOfValues(
  chunks: AsyncIterable<Buffer>,
  file: string,
  isOnLines: boolean,
  { names = [], isWrapping, limit }: JsonRecordOptions,
): AsyncGenerator<JsonRecord> {
  let number = 0;
  for await (const piece of jsonValues(chunks, file, { isWrapping, endsWithLine: isOnLines, limit })) {
    if (piece.isWrapping !== true) number++;
    const isByLine = isOnLines && piece.key === undefined;
    const at = isByLine || piece.isWrapping === true ? piece.at : { ...piece.at, record: number };
    const { problem: _, ...rest } = piece;
    yield { ...rest, ...parsed(piece, at, isByLine ? [] : names), number, place: isByLine ? at.line : number };
  }
}

/** The record on a line of its own. @param number its number among the records of the file */
export function recordOfLine({ at, text, problem }: Line, number: number): JsonRecord {
  const piece: JsonPiece = { at, text, problem: problem && (() => problem) };
  const { value, keptAsStrings, problem: found } = parsed(piece, at, []);
  return { at, text, value, keptAsStrings, number, place: at.line, ...(found && { problem: found }) };
}

type Parsed = Pick<JsonRecord, "at" | "value" | "keptAsStrings" | "problem">;

function parsed(piece: JsonPiece, at: JsonRecord["at"], names: readonly string[]): Parsed {
  const none = { value: undefined, keptAsStrings: 0 };
  if (piece.problem) return { at, ...none, problem: piece.problem(at) };
  try {
    const { value, keptAsStrings } = parseExactJson(piece.text.replace(/^\uFEFF/, ""));
    const name = nameOf(value, names);
    return { at: name === undefined ? at : { ...at, name }, value, keptAsStrings };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { at, ...none, problem: brokenJson(message, piece.text, at) };
  }
}

function nameOf(value: unknown, keys: readonly string[]): string | undefined {
  if (!isObject(value)) return undefined;
  for (const key of keys) {
    const name = value[key];
    if (typeof name === "string" && name !== "") return `${key} ${quote(name, 40)}`;
    if (typeof name === "number") return `${key} ${name}`;
  }
  return undefined;
}

/**
 * Rewrites the place in the parser's message, which counts from the beginning of the record; users need the place in
 * their file.
 */
function brokenJson(message: string, text: string, at: JsonRecord["at"]): NotJsonError {
  const [whole, position] = / at position (\d+)(?: \(line \d+ column \d+\))?/.exec(message) ?? [];
  if (at.record === undefined || whole === undefined) return new NotJsonError(message, at);
  const before = text.slice(0, Number(position));
  const lines = before.split("\n");
  const column = lines.at(-1)!.length + 1;
  const isFirstLine = lines.length === 1;
  // White space or a bracket may precede the first record of a line, and is not counted.
  if (isFirstLine && at.column === undefined)
    return new NotJsonError(message.replace(whole, ` at character ${column} of the record`), at);
  const there = { line: at.line + lines.length - 1, column: isFirstLine ? at.column! + column - 1 : column };
  return new NotJsonError(message.replace(whole, ""), { ...at, ...there });
}
