import type { SplitResult } from "../../index.ts";
import { shorten, textTable, type TextColumn } from "../../report/text-table.ts";
import { grouped, percent } from "../../report/statistics-facts.ts";
import { wrap } from "./wrap.ts";

/** Formats a split for the terminal: parts as columns, documents and relations as rows. */
export function renderSplit({ parts, documents }: SplitResult, width: number): string {
  // If the table is too wide, parts become rows.
  const perBlock = Math.max(1, Math.floor((width - 28) / 16));
  const blocks: string[] = [];
  for (let from = 0; from < parts.length; from += perBlock)
    blocks.push(block(parts.slice(from, from + perBlock), documents));
  const paths = parts.map(({ name, path }) => `${name}: ${path}`);
  return wrap([...blocks, paths.join("\n")].join("\n\n"), width);

  function block(shown: SplitResult["parts"], documents: number): string {
    const columns: TextColumn[] = [
      { title: "" },
      ...shown.map(({ name }): TextColumn => ({ title: name, align: "right" })),
    ];
    const cell = (count: number, total: number): string => `${grouped(count)} (${percent(count, total)})`;
    const relations = shown[0]!.relations.map(({ label }, i) => {
      const total = parts.reduce((sum, part) => sum + part.relations[i]!.count, 0);
      return [shorten(label, 28), ...shown.map((part) => cell(part.relations[i]!.count, total))];
    });
    return textTable(columns, [
      ["documents", ...shown.map((part) => cell(part.documents, documents))],
      "-",
      ...relations,
    ]);
  }
}
