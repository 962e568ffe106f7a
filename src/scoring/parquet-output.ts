import type { SchemaElement } from "hyparquet";
import { DataError } from "../errors.ts";
import type { Sink } from "../files/atomic-file.ts";

/** A column or field: its elements in the order of Parquet's schema, and the fields within it, by which answers are checked. */
interface Field {
  readonly elements: readonly SchemaElement[];
  readonly within?: readonly Field[];
}

const optional = { repetition_type: "OPTIONAL" } as const;
const bytes = { type: "BYTE_ARRAY", ...optional } as const;
const utf8 = { converted_type: "UTF8", logical_type: { type: "STRING" } } as const;

const text = (name: string): Field => ({ elements: [{ name, ...bytes, ...utf8 }] });
const integer = (name: string): Field => ({ elements: [{ name, type: "INT32", ...optional }] });
const number = (name: string): Field => ({ elements: [{ name, type: "DOUBLE", ...optional }] });
const flag = (name: string): Field => ({ elements: [{ name, type: "BOOLEAN", ...optional }] });
const json = (name: string): Field => ({
  elements: [{ name, ...bytes, converted_type: "JSON", logical_type: { type: "JSON" } }],
});
const list = (name: string, element: Field): Field => ({
  elements: [
    { name, ...optional, num_children: 1, converted_type: "LIST", logical_type: { type: "LIST" } },
    { name: "list", repetition_type: "REPEATED", num_children: 1 },
    ...element.elements,
  ],
  ...(element.within && { within: element.within }),
});
const struct = (name: string, within: readonly Field[]): Field => ({
  elements: [{ name, ...optional, num_children: within.length }, ...within.flatMap(({ elements }) => elements)],
  within,
});
const numberByText = (name: string): Field => ({
  elements: [
    { name, ...optional, num_children: 1, converted_type: "MAP", logical_type: { type: "MAP" } },
    { name: "key_value", repetition_type: "REPEATED", num_children: 2 },
    { name: "key", type: "BYTE_ARRAY", repetition_type: "REQUIRED", ...utf8 },
    ...number("value").elements,
  ],
});

const entity = struct("element", [
  integer("start"),
  integer("end"),
  text("type"),
  text("text"),
  text("label"),
  number("probability"),
  numberByText("probabilities"),
  text("unscored"),
]);
const relation = struct("element", [
  integer("head"),
  integer("tail"),
  text("label"),
  number("probability"),
  number("threshold"),
  text("ruledOut"),
  flag("abstained"),
  list("labels", text("element")),
  numberByText("probabilities"),
  text("unscored"),
]);

/** The columns of answers: those of a line of `relata predict`. */
const columns: readonly Field[] = [
  text("id"),
  text("text"),
  list("entities", entity),
  list("relations", relation),
  integer("unscoredPairs"),
  json("metadata"),
];
const nameOf = ({ elements }: Field): string => elements[0]!.name;

/** Rows of a row group, and the bytes of their lines, of which either ends it. */
export interface GroupSize {
  readonly rows: number;
  readonly bytes: number;
}
const defaultSize: GroupSize = { rows: 16_384, bytes: 32 * 2 ** 20 };

type Row = Readonly<Record<string, unknown>>;

/** Writes lines of answers as Parquet, of which one row group at a time is held. */
export class ParquetOutput {
  readonly #writeGroup: (rows: readonly Row[]) => Promise<void>;
  readonly #finish: () => Promise<void>;
  readonly #size: GroupSize;
  #rows: Row[] = [];
  #bytes = 0;
  /** The beginning of a line of which the end is to come. */
  #open: Uint8Array[] = [];

  private constructor(
    writeGroup: (rows: readonly Row[]) => Promise<void>,
    finish: () => Promise<void>,
    size: GroupSize,
  ) {
    this.#writeGroup = writeGroup;
    this.#finish = finish;
    this.#size = size;
  }

  static async open(sink: Sink, size: GroupSize = defaultSize): Promise<ParquetOutput> {
    const { ByteWriter, ParquetWriter } = await import("hyparquet-writer");
    const buffer = new ByteWriter();
    const flush = async (): Promise<void> => {
      const written = buffer.getBytes().slice();
      buffer.index = 0;
      await sink(written);
    };
    const schema = [{ name: "schema", num_children: columns.length }, ...columns.flatMap((column) => column.elements)];
    const parquet = new ParquetWriter({ writer: Object.assign(buffer, { flush }), schema, createdBy: "relata" });
    const writeGroup = async (rows: readonly Row[]): Promise<void> => {
      const columnData = columns.map(nameOf).map((name) => ({ name, data: rows.map((row) => row[name]) }));
      await parquet.write({ columnData, rowGroupSize: rows.length });
    };
    const finish = async (): Promise<void> => {
      await parquet.finish();
      await flush();
    };
    return new ParquetOutput(writeGroup, finish, size);
  }

  /** Takes the next bytes of lines; keeps none of the buffer. @throws DataError for an answer with a key that has no column */
  async write(piece: Uint8Array): Promise<void> {
    let from = 0;
    for (let end = piece.indexOf(0x0a); end !== -1; end = piece.indexOf(0x0a, from)) {
      const line = Buffer.concat([...this.#open, piece.subarray(from, end)]);
      this.#open = [];
      from = end + 1;
      await this.#add(line);
    }
    // A copy, which `slice` of a Buffer is not: the next bytes may come in the same buffer.
    if (from < piece.length) this.#open.push(Uint8Array.from(piece.subarray(from)));
  }

  async close(): Promise<void> {
    if (this.#rows.length > 0) await this.#endGroup();
    await this.#finish();
  }

  async #add(line: Buffer): Promise<void> {
    const row = JSON.parse(line.toString()) as Row;
    requireColumns(row, columns);
    this.#rows.push(row);
    this.#bytes += line.length;
    if (this.#rows.length >= this.#size.rows || this.#bytes >= this.#size.bytes) await this.#endGroup();
  }

  async #endGroup(): Promise<void> {
    const rows = this.#rows;
    this.#rows = [];
    this.#bytes = 0;
    await this.#writeGroup(rows);
  }
}

/** Nothing is lost silently: what has no column is an error. */
function requireColumns(value: Row, fields: readonly Field[]): void {
  for (const [key, inner] of Object.entries(value)) {
    const field = fields.find((one) => nameOf(one) === key);
    if (!field) {
      throw new DataError(
        `an answer has the key ${JSON.stringify(key)}, for which the Parquet output has no column. Write JSON Lines: name another file by --to.`,
      );
    }
    if (field.within && Array.isArray(inner)) for (const one of inner) requireColumns(one as Row, field.within);
  }
}
