import type { ColumnMetaData, DecodedArray, PageHeader, SchemaTree } from "hyparquet";
import { parquetHeader, readPage } from "hyparquet/src/column.js";
import { convert } from "hyparquet/src/convert.js";
import { assembleLists } from "hyparquet/src/assemble.js";
import { getMaxDefinitionLevel, getMaxRepetitionLevel, getTreePath } from "hyparquet/src/schema.js";
import { ParquetPage, viewOf, type ColumnDecoder, type MostLevels, type PageChunk } from "./parquet-page.ts";
import type { RandomAccess } from "./random-access.ts";

export type ColumnSettings = Pick<ColumnDecoder, "parsers" | "compressors"> & {
  /** Packed or unpacked bytes of a page that are refused beyond: a page is held as a whole. */
  readonly pageBytes: number;
};

/** Bytes of a file that are read at once, if no page is longer. */
const windowBytes = 2 ** 16;

/** Values of a dictionary that are refused beyond. */
const dictionaryValues = 2 ** 24;

/** The places of a page that were unpacked last, of which some were taken. */
interface Chunk extends PageChunk {
  /** Of the next place, and of its value. */
  at: number;
  valueAt: number;
}

/**
 * A column of a row group without columns within it, read a page at a time as rows are asked for. A page is held as
 * it is stored, and some thousand places of it as levels and values, a tenth of the nested lists that are made of them.
 */
export class ParquetColumn {
  /** The names of the column and of those that it lies in, the outermost first. */
  readonly names: readonly string[];
  readonly #file: RandomAccess;
  readonly #decoder: ColumnDecoder;
  readonly #pageBytes: number;
  readonly #most: MostLevels;
  /** The next byte to read, and the end of the column. */
  #position: number;
  readonly #end: number;
  #window: { readonly start: number; readonly bytes: Uint8Array } = { start: 0, bytes: new Uint8Array() };
  /** Values that later pages have. */
  #left: number;
  #dictionary: DecodedArray | undefined;
  #page: ParquetPage | undefined;
  #chunk: Chunk | undefined;

  constructor(file: RandomAccess, tree: SchemaTree, meta: ColumnMetaData, { pageBytes, ...how }: ColumnSettings) {
    const schemaPath = getTreePath(tree, meta.path_in_schema);
    this.names = meta.path_in_schema;
    this.#file = file;
    this.#pageBytes = pageBytes;
    this.#decoder = {
      pathInSchema: meta.path_in_schema,
      element: schemaPath.at(-1)!.element,
      schemaPath,
      type: meta.type,
      codec: meta.codec,
      ...how,
    };
    this.#most = { repetition: getMaxRepetitionLevel(schemaPath), definition: getMaxDefinitionLevel(schemaPath) };
    // Some writers name 0 where there is no dictionary.
    this.#position = Number(meta.dictionary_page_offset || meta.data_page_offset);
    this.#end = this.#position + Number(meta.total_compressed_size);
    this.#left = Number(meta.num_values);
  }

  get path(): string {
    return this.names.join(".");
  }

  /** The next rows, each a value or lists of values. @throws Error if the column has fewer, or is damaged */
  async take(rows: number): Promise<DecodedArray> {
    const output: unknown[] = [];
    for (let missing = rows; ;) {
      if (!this.#chunk || this.#chunk.at === this.#chunk.length) this.#chunk = await this.#nextChunk();
      if (!this.#chunk) {
        if (missing > 0) throw new Error(`the column ${this.path} has fewer rows than its row group`);
        return output;
      }
      missing -= this.#append(output, this.#chunk, missing);
      // A list may go on in the next page.
      if (missing === 0 && (this.#chunk.at < this.#chunk.length || this.#most.repetition === 0)) return output;
    }
  }

  /** Appends rows of a chunk, at first the rest of a row that has begun; returns how many began. */
  #append(output: unknown[], chunk: Chunk, rows: number): number {
    const from = chunk.at;
    let begun = 0;
    if (this.#most.repetition > 0) {
      for (; chunk.at < chunk.length; chunk.at++) {
        if (chunk.repetition[chunk.at] !== 0) continue;
        if (begun === rows) break;
        begun++;
      }
    } else {
      begun = Math.min(rows, chunk.length - from);
      chunk.at += begun;
    }
    if (chunk.at === from) return 0;
    const definition = chunk.definition.slice(from, chunk.at);
    const most = this.#most.definition;
    const there = definition.length === 0 ? chunk.at - from : definition.filter((level) => level === most).length;
    const values = chunk.values.slice(chunk.valueAt, chunk.valueAt + there);
    chunk.valueAt += there;
    const made = assembleLists(
      output,
      definition,
      chunk.repetition.slice(from, chunk.at),
      values,
      this.#decoder.schemaPath,
    );
    if (made !== output) for (const value of made) output.push(value);
    return begun;
  }

  async #nextChunk(): Promise<Chunk | undefined> {
    for (;;) {
      const chunk = this.#page?.next();
      if (chunk) return { ...chunk, at: 0, valueAt: 0 };
      this.#page = await this.#nextPage();
      if (!this.#page) return undefined;
    }
  }

  async #nextPage(): Promise<ParquetPage | undefined> {
    while (this.#left > 0 && this.#position < this.#end) {
      const header = await this.#nextHeader();
      const packed = await this.#read(header.compressed_page_size);
      this.#position += packed.length;
      if (header.type === "DICTIONARY_PAGE") {
        const { data } = readPage({ view: viewOf(packed), offset: 0 }, header, this.#decoder, undefined, undefined, 0);
        this.#dictionary = data && convert(data, this.#decoder);
      } else if (header.type === "DATA_PAGE" || header.type === "DATA_PAGE_V2") {
        this.#left -= (header.data_page_header ?? header.data_page_header_v2)!.num_values;
        return new ParquetPage(header, packed, {
          decoder: this.#decoder,
          dictionary: this.#dictionary,
          most: this.#most,
        });
      }
    }
    return undefined;
  }

  /** The length of a header is known when it was read, and statistics may make it long. */
  async #nextHeader(): Promise<PageHeader> {
    for (let size = windowBytes; ; size *= 4) {
      const wanted = Math.min(size, this.#end - this.#position);
      const view = viewOf(await this.#read(wanted));
      const reader = { view, offset: 0 };
      let header: PageHeader;
      try {
        header = parquetHeader(reader);
      } catch (error) {
        if (wanted < size) throw error;
        continue;
      }
      this.#position += reader.offset;
      this.#check(header);
      return header;
    }
  }

  #check(header: PageHeader): void {
    const { compressed_page_size: packed, uncompressed_page_size: unpacked } = header;
    const described = header.data_page_header ?? header.data_page_header_v2 ?? header.dictionary_page_header;
    const count = described?.num_values ?? 0;
    if (!(packed >= 0 && packed <= this.#end - this.#position && unpacked >= 0 && count >= 0))
      throw new Error(`a page of the column ${this.path} does not end within the column`);
    if (header.dictionary_page_header && count > dictionaryValues)
      throw new Error(
        `the dictionary of the column ${this.path} has ${count} values, of which ${dictionaryValues} are read`,
      );
    if (Math.max(packed, unpacked) > this.#pageBytes) throw new PageTooLargeError(this.path, unpacked, this.#pageBytes);
  }

  /** The next bytes, which stay the next ones. Their buffer ends with them or later bytes of the file. */
  async #read(length: number): Promise<Uint8Array> {
    const from = this.#position - this.#window.start;
    if (from >= 0 && from + length <= this.#window.bytes.length)
      return this.#window.bytes.subarray(from, from + length);
    const wanted = Math.max(length, Math.min(windowBytes, this.#end - this.#position));
    const read = await this.#file.read(this.#position, wanted);
    if (read.length < length) throw new Error(`it ends at byte ${this.#position + read.length}`);
    // A copy of its own: readers of numbers look at the buffer below.
    this.#window = { start: this.#position, bytes: new Uint8Array(read) };
    return this.#window.bytes.subarray(0, length);
  }
}

/** A page that would have to be held as a whole is too large for that. */
export class PageTooLargeError extends Error {
  constructor(path: string, bytes: number, limit: number) {
    super(
      `a page of the column ${path} has ${Math.ceil(bytes / 2 ** 20)} MiB unpacked, and is held in memory as a whole, which is ` +
        `done up to ${Math.ceil(limit / 2 ** 20)} MiB`,
    );
  }
}
