import { printable, printableLines } from "./words.ts";

/** A column of a text table; numbers go right. */
export interface TextColumn {
  readonly title: string;
  readonly align?: "left" | "right";
}

/** How wide a table may be, in terminal cells, and a sentence on where the rest of one that is cut short stands. */
export interface TableOptions {
  readonly width?: number;
  readonly rest?: string;
}

// Made when the first text needs it, since it takes longer than all that a short command prints.
let segmenter: Intl.Segmenter | undefined;
const graphemes = (text: string): Intl.Segments =>
  (segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" })).segment(text);
const wide =
  /^(?:\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Emoji_Presentation}|[\u3000-\u303f\uff01-\uff60\uffe0-\uffe6])/u;

/** Terminal cells that a text takes: two for East Asian wide characters and emoji, one for any other grapheme. */
export function displayWidth(text: string): number {
  // The segmenter is slow, and most cells are plain.
  if (/^[ -~]*$/.test(text)) return text.length;
  let cells = 0;
  for (const { segment } of graphemes(text)) cells += wide.test(segment) ? 2 : 1;
  return cells;
}

/** The text in at most `width` cells, its end replaced by an ellipsis if need be. */
export function shorten(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = "";
  for (const { segment } of graphemes(text)) {
    if (displayWidth(kept + segment) > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** A cell that breaks no line; joiners inside emoji stay. */
const oneLine = (cell: string): string => printableLines(cell).replace(/[\n\t]/g, printable);

/** Rows under a ruled head, two blanks between columns; a row `"-"` is a rule. No line ends in blanks. */
export function textTable(given: readonly TextColumn[], givenRows: readonly (readonly string[] | "-")[]): string {
  // Before widths are measured, so that columns stay straight.
  const columns = given.map((column) => ({ ...column, title: oneLine(column.title) }));
  const rows = givenRows.map((row) => (row === "-" ? row : row.map(oneLine)));
  const cells = rows.filter((row) => row !== "-");
  const widths = columns.map(({ title }, i) =>
    Math.max(...[title, ...cells.map((row) => row[i] ?? "")].map(displayWidth)),
  );
  const line = (row: readonly string[]): string =>
    columns
      .map(({ align = "left" }, i) => {
        const cell = row[i] ?? "";
        const blanks = " ".repeat(widths[i]! - displayWidth(cell));
        return align === "right" ? blanks + cell : cell + blanks;
      })
      .join("  ")
      .trimEnd();
  const rule = widths.map((width) => "─".repeat(width)).join("──");
  return [line(columns.map(({ title }) => title)), rule, ...rows.map((row) => (row === "-" ? rule : line(row)))].join(
    "\n",
  );
}

/** Cells of the widest line. */
export const tableWidth = (table: string): number => Math.max(...table.split("\n").map(displayWidth));
