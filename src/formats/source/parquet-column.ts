import type { ColumnMetaData, DecodedArray, PageHeader, SchemaTree } from "hyparquet";
import { parquetHeader, readPage } from "hyparquet/src/column.js";
import { convert, convertWithDictionary } from "hyparquet/src/convert.js";
import { assembleLists } from "hyparquet/src/assemble.js";
import { decompressPage, readDataPage, readDataPageV2 } from "hyparquet/src/datapage.js";
import { getMaxDefinitionLevel, getMaxRepetitionLevel, getTreePath } from "hyparquet/src/schema.js";
import type { RandomAccess } from "./random-access.ts";

/** How values are unpacked and converted. */
export type ColumnDecoder = Parameters<typeof readPage>[2];
export type ColumnSettings = Pick<ColumnDecoder, "parsers" | "compressors"> & {
  /** Packed or unpacked bytes of a page that are refused beyond: a page is held as a whole. */
  readonly pageBytes: number;
};

/** Bytes of a file that are read at once, if no page is longer. */
const windowBytes = 2 ** 16;

/** Values of a page that are refused beyond: a few bytes can claim any number of equal values. */
const pageValues = 2 ** 24;

/** A page, of which some values were taken. Levels are those of Dremel, none if all values are there and no list is. */
interface Page {
  readonly repetition: Uint8Array;
  readonly definition: Uint8Array;
  readonly values: DecodedArray;
  /** Places of values, missing ones included. */
  readonly length: number;
  /** Of the next place, and of its value. */
  at: number;
  valueAt: number;
}

/**
 * A column of a row group without columns within it, read a page at a time as rows are asked for. A page is held as
 * levels and values, a tenth of the nested lists that are made of it.
 */
export class ParquetColumn {
  /** The names of the column and of those that it lies in, the outermost first. */
  readonly names: readonly string[];
  readonly #file: RandomAccess;
  readonly #decoder: ColumnDecoder;
  readonly #pageBytes: number;
  readonly #maxDefinition: number;
  readonly #isRepeated: boolean;
  /** The next byte to read, and the end of the column. */
  #position: number;
  readonly #end: number;
  #window: { readonly start: number; readonly bytes: Uint8Array } = { start: 0, bytes: new Uint8Array() };
  /** Values that later pages have. */
  #left: number;
  #dictionary: DecodedArray | undefined;
  #page: Page | undefined;

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
    this.#maxDefinition = getMaxDefinitionLevel(schemaPath);
    this.#isRepeated = getMaxRepetitionLevel(schemaPath) > 0;
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
      if (!this.#page || this.#page.at === this.#page.length) this.#page = await this.#nextPage();
      if (!this.#page) {
        if (missing > 0) throw new Error(`the column ${this.path} has fewer rows than its row group`);
        return output;
      }
      missing -= this.#append(output, this.#page, missing);
      // A list may go on in the next page.
      if (missing === 0 && (this.#page.at < this.#page.length || !this.#isRepeated)) return output;
    }
  }

  /** Appends rows of a page, at first the rest of a row that has begun; returns how many began. */
  #append(output: unknown[], page: Page, rows: number): number {
    const from = page.at;
    let begun = 0;
    if (this.#isRepeated) {
      for (; page.at < page.length; page.at++) {
        if (page.repetition[page.at] !== 0) continue;
        if (begun === rows) break;
        begun++;
      }
    } else {
      begun = Math.min(rows, page.length - from);
      page.at += begun;
    }
    if (page.at === from) return 0;
    const definition = Array.from(page.definition.subarray(from, page.at));
    const there =
      definition.length === 0 ? page.at - from : definition.filter((level) => level === this.#maxDefinition).length;
    const values = page.values.slice(page.valueAt, page.valueAt + there);
    page.valueAt += there;
    const repetition = Array.from(page.repetition.subarray(from, page.at));
    const made = assembleLists(output, definition, repetition, values, this.#decoder.schemaPath);
    if (made !== output) for (const value of made) output.push(value);
    return begun;
  }

  async #nextPage(): Promise<Page | undefined> {
    while (this.#left > 0 && this.#position < this.#end) {
      const header = await this.#nextHeader();
      const packed = await this.#read(header.compressed_page_size);
      this.#position += packed.length;
      if (header.type === "DICTIONARY_PAGE") {
        const { data } = readPage({ view: viewOf(packed), offset: 0 }, header, this.#decoder, undefined, undefined, 0);
        this.#dictionary = data && convert(data, this.#decoder);
      } else if (header.type === "DATA_PAGE" || header.type === "DATA_PAGE_V2") {
        const page = this.#unpack(header, packed);
        this.#left -= page.length;
        if (page.length > 0) return page;
      }
    }
    return undefined;
  }

  #unpack(header: PageHeader, packed: Uint8Array): Page {
    const { data_page_header: first, data_page_header_v2: second, uncompressed_page_size: size } = header;
    const described = first ?? second!;
    const { definitionLevels, repetitionLevels, dataPage } = first
      ? readDataPage(decompressPage(packed, size, this.#decoder.codec, this.#decoder.compressors), first, this.#decoder)
      : readDataPageV2(packed, header, this.#decoder);
    if (!this.#dictionary && described.encoding.endsWith("_DICTIONARY") && dataPage.length > 0)
      throw new Error(`the column ${this.path} lacks the dictionary that its values are numbers of`);
    return {
      repetition: Uint8Array.from(repetitionLevels),
      definition: Uint8Array.from(definitionLevels ?? []),
      values: convertWithDictionary(dataPage, this.#dictionary, described.encoding, this.#decoder),
      length: described.num_values,
      at: 0,
      valueAt: 0,
    };
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
    if (Math.max(packed, unpacked) <= this.#pageBytes && count <= pageValues) return;
    const found = count > pageValues ? `${count} values` : `${Math.ceil(unpacked / 2 ** 20)} MiB unpacked`;
    throw new PageTooLargeError(this.path, found, this.#pageBytes);
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
  constructor(path: string, found: string, limit: number) {
    super(
      `a page of the column ${path} has ${found}, and is held in memory as a whole, which is done up to ` +
        `${pageValues} values and ${Math.ceil(limit / 2 ** 20)} MiB`,
    );
  }
}

/** A view that ends with the bytes, whatever their buffer holds beyond. */
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
