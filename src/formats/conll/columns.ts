import { UsageError, type SourceLocation } from "../../errors.ts";
import { RecordError } from "../../corpus/errors.ts";
import { listed } from "../../quote.ts";
import { parseFields } from "../fields.ts";
import { isTag } from "../tags.ts";

/** The columns of a file that are read; positions count from 0. */
export interface Columns {
  /** Number of columns in a row. */
  readonly count: number;
  /** A tab; undefined for any white space. */
  readonly separator: "\t" | undefined;
  readonly token: number;
  /** Whether the first column counts the tokens. */
  readonly isNumbered: boolean;
  /** Whether the first row names the columns. */
  readonly hasHeader: boolean;
  /**
   * Columns of tags: several if entities may nest, such as Flair's `ner` and `ner-2`; none if only relations name the
   * entities.
   */
  readonly tags: readonly number[];
}

export const docStart = /^-DOCSTART-/;
/** Recognizes Label Studio's CoNLL export; its JSON export is better, since it has the relations. */
const labelStudio = /^\uFEFF?-DOCSTART- -X- O\s*\n(?:\s*\n)*\S+ -X- _ /;
export const globalColumns = /^#\s*global\.columns\s*=\s*(.+)$/im;
const relations = /^#\s*relations\s*=/m;
const tokenName = /^(?:form|text|tokens?|words?)$/i;
const tagName = /^(?:ner|ne|tag|tags|label|labels|entity|entities|bio|iob|iob2)(?:[-_:]?\d+)?$/i;

export const split = (line: string, separator: "\t" | undefined): string[] =>
  separator ? line.split(separator) : line.trim().split(/[ \t]+/);

/**
 * Up to 200 of the first rows of a file without possible comments, and the names of its columns if a comment has them.
 */
function sample(head: string): { rows: string[]; names: string[] | undefined } {
  const rows: string[] = [];
  const names = globalColumns.exec(head)?.[1]?.trim().split(/\s+/);
  // The last line of the head may be cut off.
  const lines = head.replace(/^\uFEFF/, "").split("\n");
  for (const line of lines.length > 1 ? lines.slice(0, -1) : lines) {
    if (rows.length === 200) break;
    const text = line.replace(/\r$/, "");
    if (text.trim() !== "" && !docStart.test(text) && !text.startsWith("#")) rows.push(text);
  }
  return { rows, names };
}

/** The most frequent number of columns. */
function commonCount(rows: readonly string[][]): number {
  const counts = new Map<number, number>();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  return [...counts].reduce((most, next) => (next[1] > most[1] ? next : most), [0, 0])[0];
}

/** The columns as the beginning of a file shows them; `tags` is empty if no column holds tags. */
export function columnsOf(head: string): Columns & { readonly names: readonly string[] | undefined } {
  const { rows, names: comment } = sample(head);
  const separator = comment || rows.filter((row) => row.includes("\t")).length > rows.length / 2 ? "\t" : undefined;
  const fields = rows.map((row) => split(row, separator));
  const [first = []] = fields;
  const hasHeader = !comment && first.some((name) => tokenName.test(name)) && first.some((name) => tagName.test(name));
  if (hasHeader) fields.shift();
  const names = comment ?? (hasHeader ? first : undefined);
  const count = names?.length ?? commonCount(fields);
  const full = fields.filter(({ length }) => length === count);
  const column = (i: number): string[] => full.map((row) => row[i]!);
  // A few rows may be damaged; the reader reports them.
  const holdsTags = (i: number): boolean => full.length > 0 && column(i).filter(isTag).length >= 0.9 * full.length;
  const isNumbered =
    (count > 2 || names !== undefined) && full.length > 0 && column(0).every((field) => /^\d+$/.test(field));
  const named = (pattern: RegExp): number[] =>
    [...(names ?? []).entries()].flatMap(([i, name]) => (pattern.test(name) ? [i] : []));

  const token = named(tokenName)[0] ?? (isNumbered ? 1 : 0);
  const last = Array.from({ length: count }, (_, i) => count - 1 - i).find((i) => i !== token && holdsTags(i));
  const tags = named(tagName).length > 0 ? named(tagName) : last === undefined ? [] : [last];
  return { count, separator, token, isNumbered, hasHeader, tags, names };
}

/**
 * The columns of a file; those that `--fields token=2,tags=4` names take precedence.
 * @throws {RecordError} if no column holds tags; UsageError for a column that does not exist.
 */
export function readColumns(head: string, fields: string | undefined, at: SourceLocation): Columns {
  const { names, ...found } = columnsOf(head);
  const given = parseFields("conll", fields, { token: "", tags: "" });
  const columnOf = (name: string): number => {
    const place = names?.indexOf(name) ?? -1;
    const position = place >= 0 ? place : /^\d+$/.test(name) ? Number(name) - 1 : -1;
    if (position >= 0 && position < found.count) return position;
    const known = names ? `: ${listed(names)}` : "";
    throw new UsageError(
      `--fields: the file has no column "${name}"; it has ${found.count} columns, counted from 1${known}.`,
    );
  };
  const token = given.token === "" ? found.token : columnOf(given.token);
  const tags = given.tags === "" ? found.tags : given.tags.split("+").map(columnOf);
  if (tags.length > 0 || (names && relations.test(head))) return { ...found, token, tags };
  const isTree = found.count === 10;
  throw new RecordError(
    "a column of tags as O and B-PER",
    isTree
      ? "ten columns and none, as in CoNLL-U, which holds syntax, no entities and no relations"
      : fields === undefined
        ? "none. Name the columns by their numbers, --fields token=1,tags=2, if there is one"
        : "none, and --fields names none: its role tags is the number of one",
    at,
  );
}

/** Whether a file consists of columns, one of which holds tags. */
export function looksLikeColumns(head: string): boolean {
  const { count, separator, tags, names, hasHeader } = columnsOf(head);
  if (count < 2 || labelStudio.test(head)) return false;
  if (names && relations.test(head)) return true;
  if (tags.length === 0) return false;
  const rows = sample(head).rows.slice(hasHeader ? 1 : 0);
  const fields = rows.map((row) => split(row, separator)).filter(({ length }) => length === count);
  const marks = fields.flatMap((row) => tags.map((i) => row[i]!));
  // A column of initials is not a column of tags, and a few such lines are not a column file.
  return (
    fields.length > rows.length / 2 &&
    marks.filter(isTag).length >= 0.8 * marks.length &&
    marks.some((tag) => tag === "O" || /^[BIUS][-_]./.test(tag))
  );
}
