import { parse } from "csv-parse/sync";
import { listed, quote } from "../../quote.ts";
import { DataError, UserError } from "../../errors.ts";
import { parseFields } from "../fields.ts";
import { fromText } from "./cells.ts";
import { columnAdvice, labelColumnAdvice, plain } from "./column-advice.ts";

/** The roles of columns, with their names unless `--fields` gives others. */
const defaultNames = {
  id: "id",
  text: "text",
  head: "head",
  head_type: "head_type",
  head_start: "head_start",
  head_end: "head_end",
  tail: "tail",
  tail_type: "tail_type",
  tail_start: "tail_start",
  tail_end: "tail_end",
  label: "label",
  probability: "probability",
};
export type ColumnRole = keyof typeof defaultNames;

/** The roles, in the order in which they are written. */
export const columnRoles = Object.keys(defaultNames) as readonly ColumnRole[];

export const offsetRoles = ["head_start", "head_end", "tail_start", "tail_end"] as const;

/**
 * The name of each column.
 * @throws UsageError as parseFields.
 */
export const columnNames = (fields: string | undefined): Readonly<Record<ColumnRole, string>> =>
  parseFields("csv", fields, defaultNames);

/** The columns of a file. */
export interface Columns {
  readonly delimiter: string;
  /** Number of lines before the row of names: one if it is `sep=;`, with the delimiter. */
  readonly linesBefore: number;
  /** Names of all columns, unread ones too. */
  readonly header: readonly string[];
  /** Names of the unread columns. */
  readonly unread: readonly string[];
  /** Positions of the read columns by role. */
  readonly positions: ReadonlyMap<ColumnRole, number>;
}

/** A table without the columns that make a pair. */
export class MissingColumnsError extends DataError {
  override readonly name = "MissingColumnsError";
  constructor(file: string, missing: readonly string[], header: readonly string[], fields: string | undefined) {
    const found = `the first row does not name ${listed(missing)}; it has ${listed(header.map((name) => quote(name, 30)))}`;
    super(`${found}. ${columnAdvice(header, fields)}`, { file, line: 1 });
  }
}

/** A table without the column of the labels, where these are to be learnt or scored. */
export class MissingLabelColumnError extends DataError {
  override readonly name = "MissingLabelColumnError";
  constructor(file: string, header: readonly string[]) {
    const { found, next } = labelColumnAdvice(header);
    super(
      `the table has no column "label" or "relation", which says how head and tail are related: ${found}. ${next}`,
      {
        file,
        line: 1,
      },
    );
  }
}

const delimiters = [",", ";", "\t", "|"];

// Excel writes such a first line, and hides it, where its delimiter is not that of the reader's country.
export const delimiterLine = /^"?sep=(.)"?[ \t]*(?:\r\n|\n|\r)/i;

/** Maximal length of the first row, in bytes. */
const headerLimit = 64 * 1024;

function readHeader(head: string, delimiter: string): string[] {
  try {
    const [row = []] = parse(head.slice(0, headerLimit), {
      delimiter,
      record_delimiter: ["\r\n", "\n", "\r"],
      to: 1,
      bom: true,
      relax_quotes: true,
    });
    return row.map((name) => fromText(name.trim()));
  } catch {
    return [];
  }
}

/**
 * The position of a column, -1 if there is none. Unless `fields` gives its name, letter case and signs do not matter, and
 * labels may be called `relation`; a column that is called as the role to the letter goes first.
 */
function positionOf(role: ColumnRole, name: string, header: readonly string[]): number {
  const exact = header.indexOf(name);
  if (exact >= 0 || name !== defaultNames[role]) return exact;
  const names = role === "label" ? ["label", "relation"] : [role];
  const alike = names.map((one) => header.findIndex((column) => plain(column) === plain(one)));
  return alike.find((position) => position >= 0) ?? -1;
}

function missingColumns(
  names: Readonly<Record<ColumnRole, string>>,
  positions: ReadonlyMap<ColumnRole, number>,
): string[] {
  const lacks = (role: ColumnRole): boolean => !positions.has(role);
  const byOffsets = !offsetRoles.some(lacks);
  const required: ColumnRole[] = byOffsets ? ["text"] : ["text", "head", "tail"];
  const renamed = columnRoles.filter((role) => names[role] !== defaultNames[role]);
  return [...new Set([...required, ...renamed])].filter(lacks).map((role) => quote(names[role], 30));
}

/**
 * Finds delimiter and columns in the first row of a file: the delimiter is the one of a line `sep=;` before it, or else
 * the one that finds most of the columns.
 * @throws {MissingColumnsError} if text, head, tail or a column named by `fields` is missing; UsageError as
 * parseFields.
 */
export function findColumns(head: string, file: string, fields: string | undefined): Columns {
  const names = columnNames(fields);
  const [line = "", given] = delimiterLine.exec(head) ?? [];
  const found = (given === undefined ? delimiters : [given]).map((delimiter) => {
    const header = readHeader(head.slice(line.length), delimiter);
    const positions = columnRoles.flatMap((role): [ColumnRole, number][] => {
      const position = positionOf(role, names[role], header);
      return position < 0 ? [] : [[role, position]];
    });
    return { delimiter, header, positions: new Map(positions) };
  });
  const best = found.reduce((best, other) => (other.positions.size > best.positions.size ? other : best));
  const missing = missingColumns(names, best.positions);
  if (missing.length > 0) throw new MissingColumnsError(file, missing, best.header, fields);
  const read = new Set(best.positions.values());
  const unread = best.header.filter((name, position) => name !== "" && !read.has(position));
  const { delimiter, header, positions } = best;
  return { delimiter, linesBefore: line === "" ? 0 : 1, header, unread, positions };
}

/** Whether the first row names the columns of a table of pairs. */
export function isPairTable(head: string, path: string, fields?: string): boolean {
  if (/^\uFEFF?\s*[[{<#]/.test(head)) return false;
  try {
    return findColumns(head, path, fields).header.length > 0;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

/** Whether a file is a table of pairs or is called a table, so that its advice is that for tables. */
export const mayBeTable = (head: string, path: string, fields?: string): boolean =>
  /\.(?:csv|tsv|tab)(?:\.gz)?$/i.test(path) || isPairTable(head, path, fields);
