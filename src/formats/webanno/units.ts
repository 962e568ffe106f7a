import { RecordError } from "../../corpus/errors.ts";
import { quote } from "../../quote.ts";
import type { SourceLocation } from "../../errors.ts";
import { isDeclaration, parseLayer, type Layer } from "./header.ts";
import { unescapeText } from "./escapes.ts";

/** A line of the table: a token or a part of one. */
export interface Row {
  /** `1-3` for the third token of the first sentence, `1-3.1` for its first part. */
  readonly id: string;
  /** Offset as in the file. */
  readonly start: number;
  readonly end: number;
  readonly surface: string;
  /** By layer and column. */
  readonly cells: readonly (readonly string[])[];
  readonly line: number;
}

interface Sentence {
  readonly text: string;
  readonly rows: readonly Row[];
}

/** The parsed lines of a file. */
export interface Table {
  readonly layers: readonly Layer[];
  readonly sentences: readonly Sentence[];
}

const numbers = /^(\d+-\d+(?:\.\d+)*)\t(\d{1,10})-(\d{1,10})\t/;
/** Far more than a document has; a file with more was made to exhaust a machine. */
const mostSentences = 1_000_000;
const longestRow = 2 ** 20;
const textPrefix = "#Text=";

/** @throws {RecordError} for a line that the format does not allow. */
export function parseTable(content: string, at: SourceLocation): Table {
  const layers: Layer[] = [];
  const sentences: { text: string; rows: Row[] }[] = [];
  let width = 3;
  let sentence: { text: string; rows: Row[] } | undefined;
  for (const { line, number } of linesOf(content)) {
    const here = { file: at.file, line: number };
    if (sentences.length > mostSentences) {
      throw new RecordError(`at most ${mostSentences} sentences in one file`, "more", here);
    }
    const isHeader = sentences.length === 0;
    if (isHeader && isDeclaration(line)) {
      const layer = parseLayer(line, here);
      layers.push(layer);
      width += layer.columns.length;
    } else if (line.startsWith(textPrefix)) {
      // A sentence of several lines has one line in the file for each.
      const text = unescapeText(line.slice(textPrefix.length));
      if (sentence && sentence.rows.length === 0) sentence.text += `\n${text}`;
      else sentences.push((sentence = { text, rows: [] }));
    } else if (line.trim() === "") sentence = undefined;
    else if (!line.startsWith("#") || numbers.test(line)) {
      if (!sentence) sentences.push((sentence = { text: "", rows: [] }));
      sentence.rows.push(parseRow(line, layers, width, here));
    }
  }
  return { layers, sentences };
}

function* linesOf(content: string): Generator<{ line: string; number: number }> {
  let from = 0;
  for (let number = 1; from <= content.length; number++) {
    const end = content.indexOf("\n", from);
    const to = end === -1 ? content.length : end;
    yield { line: content.slice(from, content[to - 1] === "\r" && to > from ? to - 1 : to), number };
    from = to + 1;
  }
}

function parseRow(line: string, layers: readonly Layer[], width: number, at: SourceLocation & { line: number }): Row {
  const [, id, start, end] = numbers.exec(line) ?? [];
  if (line.length > longestRow) {
    throw new RecordError(`a row of at most ${longestRow} characters`, `one of ${line.length}`, at);
  }
  const fields = line.split("\t");
  if (id === undefined) {
    throw new RecordError("a token, as 1-1<TAB>0-3<TAB>Ana, and its annotations", quote(line, 60), at);
  }
  if (fields.length < width) {
    throw new RecordError(`${width} columns, three and those of the layers in the header`, `${fields.length}`, at);
  }
  let from = 3;
  const cells = layers.map(({ columns }) => fields.slice(from, (from += columns.length)));
  return { id, start: Number(start), end: Number(end), surface: fields[2] ?? "", cells, line: at.line };
}

/** A row with its place in the text, in UTF-16 code units. */
export interface Unit extends Row {
  readonly span: { readonly start: number; readonly end: number };
}

export interface PlacedTable {
  readonly text: string;
  readonly units: readonly Unit[];
  /** Rows whose word is not at its offsets. */
  readonly misplaced: readonly Row[];
}

/** Maximal number of spaces that fill the gaps between sentences, of which a file gives only the length. */
const maxFilled = 2 ** 22;

/**
 * Restores the text of a table and the places of its rows. The characters between sentences are not in the file; like
 * INCEpTION, this reads them as a line end and spaces.
 * @param unit unit of the offsets: UTF-16 code units in the files of INCEpTION, code points in those of some other
 * tools
 * @throws {RecordError} for sentences that overlap or lie far apart
 */
export function placeTable({ sentences }: Table, unit: "utf-16" | "code-point", at: SourceLocation): PlacedTable {
  const lengthOf = (text: string): number => {
    if (unit === "utf-16") return text.length;
    let length = 0;
    for (const _ of text) length++;
    return length;
  };
  const pieces: string[] = [];
  const units: Unit[] = [];
  const misplaced: Row[] = [];
  // Lengths of the text so far, in the unit of the file and in code units.
  let length = 0;
  let width = 0;
  let filled = 0;
  for (const { text, rows } of sentences) {
    const [first] = rows;
    const blanks = text.length - text.trimStart().length;
    const indent = first && text.startsWith(first.surface, blanks) ? blanks : 0;
    const start = first ? first.start - indent : length + (pieces.length > 0 ? 1 : 0);
    const gap = start - length;
    const here = { file: at.file, ...(first && { line: first.line }) };
    if (gap < 0) throw new RecordError(`a sentence that begins at ${length} or later`, `one at ${start}`, here);
    filled += gap;
    if (filled > maxFilled) throw new RecordError("sentences close to each other", `a gap of ${gap} characters`, here);
    if (gap > 0) pieces.push(pieces.length > 0 ? `\n${" ".repeat(gap - 1)}` : " ".repeat(gap));
    width += gap;
    const offsets = unit === "utf-16" ? undefined : codePointStarts(text);
    for (const row of rows) {
      const place = (offset: number): number => {
        const inside = offset - start;
        return width + (offsets && inside >= 0 ? (offsets[inside] ?? inside + text.length) : inside);
      };
      const span = { start: place(row.start), end: place(row.end) };
      units.push({ ...row, span });
      const found = text.slice(Math.max(0, span.start - width), Math.max(0, span.end - width));
      if (found !== row.surface && unescapeText(row.surface) !== found) misplaced.push(row);
    }
    pieces.push(text);
    length = start + lengthOf(text);
    width += text.length;
  }
  return { text: pieces.join(""), units, misplaced };
}

/** The start of each code point, in code units; the last entry is the length. */
function codePointStarts(text: string): number[] {
  const starts: number[] = [];
  let at = 0;
  for (const character of text) {
    starts.push(at);
    at += character.length;
  }
  starts.push(at);
  return starts;
}
