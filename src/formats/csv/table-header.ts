import { parse } from "csv-parse/sync";
import { delimiterLine } from "./columns.ts";
import type { Probe } from "../source/probe.ts";

const rowsLooked = 6;

function readRows(head: string, delimiter: string): string[][] {
  const skipped = delimiterLine.exec(head)?.[0].length ?? 0;
  try {
    return parse(head.slice(skipped, 64 * 1024), {
      delimiter,
      record_delimiter: ["\r\n", "\n", "\r"],
      to: rowsLooked,
      bom: true,
      relax_quotes: true,
      relax_column_count: true,
      skip_empty_lines: true,
    });
  } catch {
    return [];
  }
}

/**
 * The first row of a file that looks like a table: its first rows have several columns, the same number each. Prose
 * with commas is no table.
 */
export function tableHeader({ head, path, layout }: Probe): string[] | undefined {
  if (layout !== undefined) return undefined;
  const isNamedSo = /\.(?:csv|tsv|tab)$/i.test(path);
  for (const delimiter of ["\t", ",", ";", "|"]) {
    const rows = readRows(head, delimiter);
    const [header = []] = rows;
    const isEven = header.length > 1 && rows.every((row) => row.length === header.length);
    const isOfNames = header.every((name) => /^[^.!?]{1,40}$/.test(name.trim()));
    if (isEven && (isNamedSo || (rows.length > 2 && isOfNames))) return header.map((name) => name.trim());
  }
  return isNamedSo ? readRows(head, ",")[0] : undefined;
}
