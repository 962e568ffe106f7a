import type { Compressors, DecodedArray, FileMetaData, ParquetParsers, RowGroup, SchemaTree } from "hyparquet";
import { assembleNested } from "hyparquet/src/assemble.js";
import { DEFAULT_PARSERS } from "hyparquet/src/convert.js";
import { parquetSchema } from "hyparquet";
import { ParquetColumn } from "./parquet-column.ts";
import type { RandomAccess } from "./random-access.ts";

/** Limits of what is held in memory of one file. */
export interface ParquetLimits {
  /** Bytes of the description of all row groups, which stands at the end of the file. */
  readonly footerBytes: number;
  /** Packed or unpacked bytes of a page, of which one is held of each column. */
  readonly pageBytes: number;
  /** Rows, and their unpacked bytes, that are aimed at for what is held as objects. */
  readonly partRows: number;
  readonly partBytes: number;
}

export type ParquetRow = Readonly<Record<string, unknown>>;

interface Reading {
  readonly compressors: Compressors;
  readonly parsers: Partial<ParquetParsers>;
}

/**
 * The rows of a Parquet file in order. Of each column a page is held, and objects of a few hundred rows.
 * @throws Error for a damaged file and for features of Parquet that are not read
 */
export async function* parquetRows(
  file: RandomAccess,
  metadata: FileMetaData,
  { compressors, parsers: given }: Reading,
  limits: ParquetLimits,
): AsyncGenerator<ParquetRow> {
  const tree = parquetSchema(metadata);
  const parsers = { ...DEFAULT_PARSERS, ...given };
  for (const group of metadata.row_groups) {
    const columns = group.columns.map(({ file_path: elsewhere, meta_data: meta }) => {
      if (elsewhere !== undefined) throw new Error(`a column lies in another file, ${elsewhere}`);
      if (!meta) throw new Error("a column lacks its description, as in encrypted files");
      return new ParquetColumn(file, tree, meta, { compressors, parsers, pageBytes: limits.pageBytes });
    });
    const rows = Number(group.num_rows);
    const step = partOf(group, limits);
    for (let from = 0; from < rows; from += step) {
      const count = Math.min(step, rows - from);
      const taken: TakenColumn[] = [];
      for (const column of columns) taken.push({ column, values: await column.take(count) });
      const made = tree.children.flatMap((child) => assembled(child, taken, parsers));
      for (let i = 0; i < count; i++) yield Object.fromEntries(made.map(([name, values]) => [name, values[i]]));
    }
  }
}

/** How many rows are held as objects, by the mean of the row group. */
function partOf({ columns, num_rows }: RowGroup, { partRows, partBytes }: ParquetLimits): number {
  const bytes = columns.reduce((sum, { meta_data: meta }) => sum + Number(meta?.total_uncompressed_size ?? 0), 0);
  return Math.min(partRows, Math.max(1, Math.ceil((Number(num_rows) * partBytes) / Math.max(1, bytes))));
}

interface TakenColumn {
  readonly column: ParquetColumn;
  readonly values: DecodedArray;
}

/** The values of a column with all columns within it; none if the row group lacks them. */
function assembled(
  column: SchemaTree,
  taken: readonly TakenColumn[],
  parsers: ParquetParsers,
): (readonly [name: string, values: DecodedArray])[] {
  const { name } = column.element;
  const within = taken.filter((one) => one.column.names[0] === name);
  if (within.length === 0) return [];
  const values = new Map(within.map((one) => [one.column.path, one.values]));
  assembleNested(values, column, parsers);
  return [[name, values.get(name)!]];
}
