import type { DataStatistics, DistributionSummary } from "../../index.ts";
import { plural, printable } from "../../report/words.ts";
import { shorten, textTable, type TextColumn } from "../../report/text-table.ts";
import { blockBar, sparkline } from "./blocks.ts";
import {
  agreementColumns,
  agreementNote,
  agreementRow,
  grouped,
  mean,
  percent,
  statisticsFacts,
  statisticsRows,
  type FactGroup,
} from "../../report/statistics-facts.ts";
import { wrap } from "./wrap.ts";

/** The most rows of a table of counts; --json and --html have all. */
const rowsShown = 25;
const barWidth = 20;

/** Formats the statistics of a corpus for the terminal. */
export function renderStatistics(statistics: DataStatistics, width: number): string {
  const { sources, entities, relations } = statistics;
  const files = sources.map(
    ({ path, formats, documents }) => `${printable(path)}: ${formats.join(", ")}, ${plural(documents, "document")}`,
  );
  const sections = [
    files.join("\n"),
    lengthTable(statistics, width),
    ...statisticsFacts(statistics).map((group) => factLines(group)),
    agreementTable(statistics, width),
    countTable(
      ["entity type"],
      entities.types.map(({ type, count }) => ({ names: [type], count })),
      entities.total,
      width,
    ),
    countTable(
      ["relation"],
      relations.labels.map(({ label, count, documents }) => ({ names: [label], count, documents })),
      relations.total,
      width,
    ),
    countTable(
      ["from", "relation", "to"],
      relations.triples.map(({ head, label, tail, count }) => ({ names: [head, label, tail], count })),
      relations.triples.reduce((sum, { count }) => sum + count, 0),
      width,
    ),
  ];
  return wrap(sections.filter((section) => section !== "").join("\n\n"), width);
}

/** Cells of the table with all its columns, for names and numbers of some length. */
const wideTable = 92;

function lengthTable(statistics: DataStatistics, width: number): string {
  const columns: { title: string; of: (summary: DistributionSummary) => number }[] = [
    { title: "min", of: ({ min }) => min },
    { title: "25 %", of: ({ p25 }) => p25 },
    { title: "median", of: ({ median }) => median },
    { title: "75 %", of: ({ p75 }) => p75 },
    { title: "95 %", of: ({ p95 }) => p95 },
    { title: "max", of: ({ max }) => max },
  ];
  const shown = width < wideTable ? columns.filter(({ title }) => !["25 %", "75 %"].includes(title)) : columns;
  const numbers = ["mean", ...shown.map(({ title }) => title)];
  return textTable(
    [{ title: "" }, ...numbers.map((title): TextColumn => ({ title, align: "right" })), { title: "distribution" }],
    statisticsRows(statistics).map(({ title, summary }) => [
      title,
      mean(summary),
      ...shown.map(({ of }) => grouped(of(summary))),
      sparkline(summary.histogram.map(({ count }) => count)),
    ]),
  );
}

function agreementTable({ agreement }: DataStatistics, width: number): string {
  if (!agreement) return "";
  const columns = agreementColumns.map((title, i): TextColumn => ({ title, align: i === 0 ? "left" : "right" }));
  const rows = agreement.pairs.slice(0, rowsShown).map((pair) => {
    const [names = "", ...numbers] = agreementRow(pair);
    return [shorten(printable(names), Math.max(20, width - 45)), ...numbers];
  });
  const hidden = agreement.pairs.length - rows.length;
  const more = hidden > 0 ? [`  and ${plural(hidden, "more pair")} of annotators`] : [];
  const title = `Agreement on ${plural(agreement.texts, "text")} that several people annotated`;
  return [title, textTable(columns, rows), ...more, agreementNote].join("\n");
}

function factLines({ title, facts, note }: FactGroup): string {
  const countWidth = Math.max(...facts.map(({ count }) => grouped(count).length));
  const lines = facts.map(({ name, count, total, of }) => {
    const share = count > 0 && total ? ` (${percent(count, total)}${of === undefined ? "" : ` of ${of}`})` : "";
    return `  ${grouped(count).padStart(countWidth)}  ${name}${share}`;
  });
  return [title, ...lines, ...(note === undefined ? [] : [`  ${note}`])].join("\n");
}

interface CountRow {
  readonly names: readonly string[];
  readonly count: number;
  readonly documents?: number;
}

/** Formats names with their count, its share of all, and a bar relative to the greatest. */
function countTable(titles: readonly string[], rows: readonly CountRow[], total: number, width: number): string {
  if (rows.length === 0) return "";
  const hasDocuments = rows[0]!.documents !== undefined;
  const nameWidth = Math.max(8, Math.floor((width - (hasDocuments ? 55 : 44)) / titles.length));
  const greatest = Math.max(...rows.map(({ count }) => count));
  const numbers = ["count", "share", ...(hasDocuments ? ["documents"] : [])];
  const columns: TextColumn[] = [
    ...titles.map((title): TextColumn => ({ title })),
    ...numbers.map((title): TextColumn => ({ title, align: "right" })),
    { title: "" },
  ];
  const table = textTable(
    columns,
    rows
      .slice(0, rowsShown)
      .map(({ names, count, documents }) => [
        ...names.map((name) => shorten(name === "" ? "(none)" : printable(name), nameWidth)),
        grouped(count),
        percent(count, total),
        ...(documents === undefined ? [] : [grouped(documents)]),
        blockBar(count / greatest, barWidth),
      ]),
  );
  const hidden = rows.slice(rowsShown);
  if (hidden.length === 0) return table;
  const count = hidden.reduce((sum, row) => sum + row.count, 0);
  return `${table}\n… ${hidden.length} more, ${grouped(count)} together; --json and --html have all`;
}
