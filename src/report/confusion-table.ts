import { confusions, merged, mostConfused } from "../evaluation/confused-labels.ts";
import type { ConfusionMatrix } from "../evaluation/confusion.ts";
import { displayWidth, shorten, tableWidth, textTable, type TableOptions, type TextColumn } from "./text-table.ts";

/** A matrix of more lines, in blocks of the width, is no longer read: the labels that are confused most stand for it. */
const mostLines = 120;

/** How many confusions are listed beside the labels that are confused most. */
const listedConfusions = 10;

const corner = "gold \\ predicted";

/**
 * Gold labels down, predicted ones across. Where the names do not fit the width, columns are numbered as the rows are;
 * where the numbers do not fit either, the columns are broken into blocks; and where these would be too many, the table
 * has the labels that are confused most, with the others as one, and the most frequent confusions below.
 */
export function confusionTable(confusion: ConfusionMatrix, { width = 100, rest = "" }: TableOptions = {}): string {
  const { id2label } = confusion;
  const count = id2label.length;
  // A column takes three cells at least.
  if (3 * count <= width) {
    const named = block(confusion, id2label, id2label, [...id2label.keys()]);
    if (tableWidth(named) <= width) return named;
  }
  const rowWidth = Math.max(8, Math.floor(width / 3));
  const cells = columnWidths(confusion);
  const perLine = fitting(cells, width - Math.max(rowWidth, corner.length));
  if (count * Math.ceil(count / Math.max(1, perLine)) <= mostLines) return numbered(confusion, width, rowWidth);

  const ranked = mostConfused(confusion);
  for (let kept = Math.min(count - 1, Math.max(2, Math.floor(width / 4))); ; kept--) {
    const ids = ranked.slice(0, kept).sort((a, b) => a - b);
    const some = merged(confusion, ids);
    const numbers = [...ids.map(String), "others"];
    const rows = some.id2label.map((label, i) => shorten(i < kept ? `${ids[i]} ${label}` : label, rowWidth));
    const table = block(some, rows, numbers, [...some.id2label.keys()]);
    if (kept > 2 && tableWidth(table) > width) continue;
    const legend = ids.flatMap((id, i) => (rows[i] === `${id} ${id2label[id]}` ? [] : [`${id} = ${id2label[id]}`]));
    const note = `The ${kept} of ${count} labels that are confused most; what is right among the others is no confusion.${rest && ` ${rest}`}`;
    return [table, ...(legend.length > 0 ? [legend.join("\n")] : []), note, mostFrequent(confusion, width)].join(
      "\n\n",
    );
  }
}

/** All columns, in as many blocks as the width asks for, then the names that were cut short. */
function numbered(confusion: ConfusionMatrix, width: number, rowWidth: number): string {
  const { id2label } = confusion;
  const rowTitles = id2label.map((label, id) => shorten(`${id} ${label}`, rowWidth));
  const columnTitles = id2label.map((_, id) => String(id));
  const blocks: string[] = [];
  for (let from = 0; from < id2label.length;) {
    const ids = [from];
    let table = block(confusion, rowTitles, columnTitles, ids);
    for (let next = from + 1; next < id2label.length; next++) {
      const wider = block(confusion, rowTitles, columnTitles, [...ids, next]);
      if (tableWidth(wider) > width) break;
      ids.push(next);
      table = wider;
    }
    blocks.push(table);
    from += ids.length;
  }
  const legend = id2label.flatMap((label, id) => (rowTitles[id] === `${id} ${label}` ? [] : [`${id} = ${label}`]));
  return [...blocks, ...(legend.length > 0 ? [legend.join("\n")] : [])].join("\n\n");
}

function block(
  { counts }: ConfusionMatrix,
  rowTitles: readonly string[],
  columnTitles: readonly string[],
  ids: readonly number[],
): string {
  const columns: TextColumn[] = [
    { title: corner },
    ...ids.map((id): TextColumn => ({ title: columnTitles[id]!, align: "right" })),
    { title: "all", align: "right" },
  ];
  const rows = counts.map((row, gold) => [rowTitles[gold]!, ...ids.map((id) => countText(row[id]!)), total(row)]);
  const sums = ["all", ...ids.map((id) => total(counts.map((row) => row[id]!))), total(counts.map(sum))];
  return textTable(columns, [...rows, "-", sums]);
}

/** Cells of each numbered column, with the gap before it. */
function columnWidths({ counts }: ConfusionMatrix): number[] {
  const sums = counts.map(() => 0);
  for (const row of counts) for (const [id, count] of row.entries()) sums[id]! += count;
  return sums.map((count, id) => 2 + Math.max(String(id).length, String(count).length));
}

/** How many of the widest of these columns the width takes, beside one for the sums. */
function fitting(cells: readonly number[], width: number): number {
  const widest = cells.reduce((most, cell) => Math.max(most, cell), 0);
  return Math.max(1, Math.floor((width - 8) / Math.max(3, widest)));
}

function mostFrequent(confusion: ConfusionMatrix, width: number): string {
  const all = confusions(confusion);
  if (all.length === 0) return "No label was confused with another.";
  const name = (id: number): string => shorten(confusion.id2label[id]!, Math.floor(width / 2) - 8);
  const shown = all.slice(0, listedConfusions);
  const from = shown.reduce((most, { gold }) => Math.max(most, displayWidth(name(gold))), 0);
  const lines = shown.map(({ gold, predicted, count }) => {
    const blanks = " ".repeat(from - displayWidth(name(gold)));
    return `  ${String(count).padStart(6)}  ${name(gold)}${blanks}  → ${name(predicted)}`;
  });
  const more = all.length - shown.length;
  return [
    "The most frequent confusions, gold → predicted:",
    ...lines,
    ...(more > 0 ? [`  and ${more} more`] : []),
  ].join("\n");
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, count) => all + count, 0);

const total = (numbers: readonly number[]): string => String(sum(numbers));

// A dot keeps the diagonal visible among the many zeros.
const countText = (count: number): string => (count === 0 ? "·" : String(count));
