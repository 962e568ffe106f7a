import type { DecodedArray, PageHeader } from "hyparquet";
import type { readPage } from "hyparquet/src/column.js";
import { convertWithDictionary } from "hyparquet/src/convert.js";
import { decompressPage } from "hyparquet/src/datapage.js";
import { deltaBinaryUnpack, deltaByteArray, deltaLengthByteArray } from "hyparquet/src/delta.js";
import { byteStreamSplit } from "hyparquet/src/encoding.js";
import { readPlain } from "hyparquet/src/plain.js";
import { bitsOf, NumberRuns } from "./parquet-runs.ts";

/** How values are unpacked and converted. */
export type ColumnDecoder = Parameters<typeof readPage>[2];

/** The levels of Dremel that the values of a column have at most. */
export interface MostLevels {
  readonly repetition: number;
  readonly definition: number;
}

/** Some places of a page, each a value or a missing one. Levels are empty where the column has none. */
export interface PageChunk {
  readonly repetition: readonly number[];
  readonly definition: readonly number[];
  readonly values: DecodedArray;
  readonly length: number;
}

/** Places that are unpacked at once. */
const chunkPlaces = 4096;

/** Values of a page that are refused beyond where they are unpacked as a whole: a few bytes can claim any number. */
const wholeValues = 2 ** 24;

/**
 * A page of a column, unpacked some thousand places at a time. Equal values and missing ones are a few bytes in a page, however
 * many they are, and writers put millions into one.
 */
export class ParquetPage {
  readonly #decoder: ColumnDecoder;
  readonly #most: MostLevels;
  readonly #repetition: NumberRuns | undefined;
  readonly #definition: NumberRuns | undefined;
  readonly #values: (count: number) => DecodedArray;
  #left: number;

  /** @throws Error for a damaged page, and for an encoding that is not read */
  constructor(
    header: PageHeader,
    packed: Uint8Array,
    { decoder, dictionary, most }: { decoder: ColumnDecoder; dictionary: DecodedArray | undefined; most: MostLevels },
  ) {
    this.#decoder = decoder;
    this.#most = most;
    const { encoding, num_values: places } = (header.data_page_header ?? header.data_page_header_v2)!;
    const { repetition, definition, data } = header.data_page_header
      ? firstParts(header, packed, decoder, most)
      : secondParts(header, packed, decoder);
    const levels = (bytes: Uint8Array, level: number): NumberRuns | undefined =>
      level === 0 ? undefined : new NumberRuns(bytes, bitsOf(level));
    this.#left = places;
    this.#repetition = levels(repetition, most.repetition);
    this.#definition = levels(definition, most.definition);
    const there = (): number => {
      const counted = levels(definition, most.definition);
      if (!counted) return places;
      let count = 0;
      for (let left = places; left > 0; left -= chunkPlaces)
        for (const level of counted.take(Math.min(left, chunkPlaces))) if (level === most.definition) count++;
      return count;
    };
    const reader = readerOf(encoding, data, decoder, there);
    this.#values = (count) => convertWithDictionary(reader(count), dictionary, encoding, decoder);
    if (!dictionary && encoding.endsWith("_DICTIONARY") && there() > 0)
      throw new Error(
        `the column ${decoder.pathInSchema.join(".")} lacks the dictionary that its values are numbers of`,
      );
  }

  /** The next places; undefined after the last. */
  next(): PageChunk | undefined {
    if (this.#left === 0) return undefined;
    const length = Math.min(chunkPlaces, this.#left);
    this.#left -= length;
    const repetition = this.#repetition?.take(length) ?? [];
    const definition = this.#definition?.take(length) ?? [];
    const most = this.#most.definition;
    const there = this.#definition ? definition.filter((level) => level === most).length : length;
    return { repetition, definition, values: there === 0 ? [] : this.#values(there), length };
  }

  get path(): string {
    return this.#decoder.pathInSchema.join(".");
  }
}

interface PageParts {
  readonly repetition: Uint8Array;
  readonly definition: Uint8Array;
  readonly data: Uint8Array;
}

/** The parts of a page of the first version: packed together, levels behind their length. */
function firstParts(header: PageHeader, packed: Uint8Array, decoder: ColumnDecoder, most: MostLevels): PageParts {
  const page = decompressPage(packed, header.uncompressed_page_size, decoder.codec, decoder.compressors);
  let at = 0;
  const levels = (level: number): Uint8Array => {
    if (level === 0) return new Uint8Array();
    const start = at + 4;
    at = start + viewOf(page).getUint32(at, true);
    return page.subarray(start, at);
  };
  const [repetition, definition] = [levels(most.repetition), levels(most.definition)];
  return { repetition, definition, data: page.subarray(at) };
}

/** The parts of a page of the second version: levels are not packed, and their lengths are in the header. */
function secondParts(header: PageHeader, packed: Uint8Array, { codec, compressors }: ColumnDecoder): PageParts {
  const {
    repetition_levels_byte_length: first,
    definition_levels_byte_length: second,
    is_compressed: isPacked,
  } = header.data_page_header_v2!;
  const data = packed.subarray(first + second);
  const size = header.uncompressed_page_size - first - second;
  return {
    repetition: packed.subarray(0, first),
    definition: packed.subarray(first, first + second),
    data: isPacked === false ? data : decompressPage(data, size, codec, compressors),
  };
}

/** A function that reads the next values of a page as they are stored. @param there counts the values of the page */
function readerOf(
  encoding: string,
  data: Uint8Array,
  { type, element }: ColumnDecoder,
  there: () => number,
): (count: number) => DecodedArray {
  const reader = { view: viewOf(data), offset: 0 };
  if (encoding.endsWith("_DICTIONARY")) {
    // A page without values has no width of their numbers either.
    let numbers: NumberRuns | undefined;
    return (count) => (numbers ??= new NumberRuns(data.subarray(1), data[0] ?? 0)).take(count);
  }
  if (encoding === "RLE") {
    const flags = new NumberRuns(data.subarray(4), 1);
    return (count) => flags.take(count).map((flag) => flag === 1);
  }
  if (encoding === "PLAIN" && type !== "BOOLEAN") return (count) => readPlain(reader, type, count, element.type_length);
  let whole: DecodedArray | undefined;
  let at = 0;
  return (count) => {
    whole ??= wholeOf(encoding, reader, { type, length: element.type_length, count: there() });
    at += count;
    return whole.slice(at - count, at);
  };
}

/** All values of a page in an encoding of which no part is read for itself. */
function wholeOf(
  encoding: string,
  reader: { readonly view: DataView; offset: number },
  { type, length, count }: { type: ColumnDecoder["type"]; length: number | undefined; count: number },
): DecodedArray {
  if (count > wholeValues)
    throw new Error(`a page of it has ${count} values in the encoding ${encoding}, of which ${wholeValues} are read`);
  if (encoding === "PLAIN") return readPlain(reader, type, count, length);
  if (encoding === "BYTE_STREAM_SPLIT") return byteStreamSplit(reader, count, type, length);
  if (encoding === "DELTA_BINARY_PACKED") {
    const numbers = type === "INT32" ? new Int32Array(count) : new BigInt64Array(count);
    deltaBinaryUnpack(reader, count, numbers);
    return numbers;
  }
  const values: Uint8Array[] = [];
  if (encoding === "DELTA_LENGTH_BYTE_ARRAY") deltaLengthByteArray(reader, count, values);
  else if (encoding === "DELTA_BYTE_ARRAY") deltaByteArray(reader, count, values);
  else throw new Error(`the encoding ${encoding} is not read`);
  return values;
}

/** A view that ends with the bytes, whatever their buffer holds beyond. */
export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
