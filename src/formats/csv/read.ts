import type { Document, Relation, Span } from "../../corpus/document.ts";
import { RecordError } from "../../corpus/errors.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import { listed, quote } from "../../quote.ts";
import type { SourceLocation } from "../../errors.ts";
import type { RawDocument, ReadContext } from "../format.ts";
import { readSpans } from "../offsets.ts";
import { numberedId } from "../pair-records.ts";
import { RepeatedIds } from "../repeated-ids.ts";
import type { SourceFile } from "../source/source-file.ts";
import { labelColumnAdvice } from "./column-advice.ts";
import { findColumns, MissingLabelColumnError, offsetRoles, type ColumnRole, type Columns } from "./columns.ts";
import { fromText, isQuoted } from "./cells.ts";
import { noneLabels } from "./none-labels.ts";
import { chooseOccurrences, occurrences } from "./occurrences.ts";
import { csvRows, type Row } from "./rows.ts";

/** One row, with its fields by role. */
interface PairRow {
  readonly at: SourceLocation;
  /** The field with this role; "" if the file has no such column. */
  field(role: ColumnRole): string;
  /** The name of a column for messages: `column "head_start"`. */
  column(role: ColumnRole): string;
}

/** Whether the apostrophe before a text is part of it: only with it do the offsets lead to the recorded surface. */
function isAsWritten(raw: (role: ColumnRole) => string): boolean {
  const [head, start, end] = [fromText(raw("head")), Number(raw("head_start")), Number(raw("head_end"))];
  if (head === "" || raw("head_start").trim() === "") return false;
  const isThere = (text: string): boolean => Array.from(text).slice(start, end).join("") === head;
  return isThere(raw("text")) && !isThere(fromText(raw("text")));
}

function openRow({ at, fields, problem }: Row, { positions, header }: Columns): PairRow {
  if (problem) throw problem;
  if (fields.length !== header.length) {
    const found = `${fields.length}; a field with the delimiter or a line end in it stands in quotes`;
    throw new RecordError(`${header.length} fields, as many as the first row has`, found, at);
  }
  const raw = (role: ColumnRole): string => fields[positions.get(role) ?? -1] ?? "";
  const text = isQuoted(raw("text")) && isAsWritten(raw) ? raw("text") : fromText(raw("text"));
  return {
    at,
    field: (role) => (role === "text" ? text : fromText(raw(role))),
    column: (role) => `column ${quote(header[positions.get(role) ?? -1] ?? role, 30)}`,
  };
}

// Tables with an empty field are often written with all integers as decimals.
const wholeNumber = /^\s*-?\d+(?:\.0+)?\s*$/;

/** The spans by the offsets of the row; undefined if it has none. */
function spansByOffsets(row: PairRow, { settings }: ReadContext, notices: NoticeLog): Span[] | undefined {
  if (offsetRoles.every((role) => row.field(role).trim() === "")) return undefined;
  const offset = (role: ColumnRole): number => {
    const field = row.field(role);
    if (!wholeNumber.test(field)) throw new RecordError(`an integer in ${row.column(role)}`, quote(field), row.at);
    return Number(field);
  };
  const given = [
    { start: offset("head_start"), end: offset("head_end"), surface: row.field("head") || undefined },
    { start: offset("tail_start"), end: offset("tail_end"), surface: row.field("tail") || undefined },
  ];
  return readSpans(row.field("text"), given, "code-point", settings, notices, row.at);
}

const times = ({ length }: readonly Span[]): string => (length === 1 ? "once" : `${length} times`);

/** The spans of a row that has only the surfaces of head and tail. */
function spansBySurfaces(row: PairRow, notices: NoticeLog): Span[] {
  const text = row.field("text");
  const find = (role: "head" | "tail"): [Span, ...Span[]] => {
    const surface = row.field(role).trim();
    const [first, ...more] = occurrences(text, surface);
    if (first) return [first, ...more];
    const expected = surface === "" ? `a part of the text` : `a part of the text, ${quote(text)},`;
    throw new RecordError(`${expected} in ${row.column(role)}`, quote(surface), row.at);
  };
  const [heads, tails] = [find("head"), find("tail")];
  if (heads.length > 1 || tails.length > 1) {
    const detail = `${quote(row.field("head"), 30)} ${times(heads)}, ${quote(row.field("tail"), 30)} ${times(tails)}`;
    notices.add(
      "several-occurrences",
      "rows whose head or tail stands several times in the text, read as the first head and the tail nearest to it",
      { ...row.at, detail },
    );
  }
  return chooseOccurrences(heads, tails);
}

function parseRelations(row: PairRow): Relation[] {
  const label = row.field("label").trim();
  if (noneLabels.has(label)) return [];
  const written = row.field("probability").trim();
  if (written === "") return [{ head: 0, tail: 1, label }];
  const probability = Number(written);
  if (!(probability >= 0 && probability <= 1)) {
    throw new RecordError(`a number from 0 to 1 in ${row.column("probability")}`, quote(written), row.at);
  }
  return [{ head: 0, tail: 1, label, probability }];
}

function parseDocument(
  row: PairRow,
  number: number,
  file: SourceFile,
  context: ReadContext,
  ids: RepeatedIds,
  notices: NoticeLog,
): RawDocument {
  const byOffsets = spansByOffsets(row, context, notices);
  const [head, tail] = byOffsets ?? spansBySurfaces(row, notices);
  const [id, label] = [row.field("id").trim(), row.field("label").trim()];
  return {
    id: id === "" ? numberedId(file.name, number) : ids.unique(id, notices, row.at),
    text: row.field("text"),
    entities: [
      { ...head!, type: row.field("head_type").trim() },
      { ...tail!, type: row.field("tail_type").trim() },
    ],
    relations: parseRelations(row),
    ...(byOffsets ? { surfaces: [row.field("head") || undefined, row.field("tail") || undefined] } : {}),
    source: row.at,
    isOnePair: true,
    ...(label !== "" && noneLabels.has(label) ? { saysNone: true } : {}),
  };
}

/** Reads the rows of a file after the first, each as a document of [head, tail]. */
export async function* readCsv(file: SourceFile, context: ReadContext): AsyncGenerator<Document> {
  const { fields } = context.settings;
  const columns = findColumns(file.head, file.path, fields);
  if (!columns.positions.has("label")) {
    if (context.needsRelations) throw new MissingLabelColumnError(file.path, columns.header);
    const message = 'tables without a column "label", read as pairs without a relation';
    const detail = labelColumnAdvice(columns.header).found;
    context.notices.add("no-label-column", message, { file: file.path, detail });
  }
  if (columns.unread.length > 0) {
    const detail = listed(columns.unread.map((name) => quote(name, 30)));
    const message = "tables with columns that are not read";
    context.notices.lose("unread-column", message, { file: file.path, detail }, { other: columns.unread.length });
  }
  const ids = new RepeatedIds("rows");
  const assume = (at: SourceLocation): void => {
    const message = "tables that are not UTF-8, read as Windows-1252; check their accents, or save them as UTF-8";
    context.notices.add("windows-1252", message, at);
  };
  if (file.utf16 !== undefined)
    context.notices.add("utf-16", "tables in UTF-16, read as such", { file: file.path, detail: file.utf16 });
  let number = -1 - columns.linesBefore;
  for await (const row of csvRows(file, columns.delimiter, { assume })) {
    number++;
    if (number <= 0) continue;
    const document = context.record(row.at, (notices) =>
      parseDocument(openRow(row, columns), number, file, context, ids, notices),
    );
    if (document) yield document;
  }
}
