import type { Entity } from "../../corpus/document.ts";
import { columnsOf, type Line } from "./lines.ts";
import { shortened, textWidth } from "./widths.ts";

/** An entity under its characters on one line: a bar and, where the entity begins, its type. Positions are in pixels. */
export interface Bar {
  readonly entity: number;
  readonly x: number;
  readonly width: number;
  /** Counted from the text downwards. */
  readonly row: number;
  /** Empty where the entity goes on. */
  readonly label: string;
  readonly labelX: number;
  readonly labelWidth: number;
}

/** The bars of a line, stacked so that neither they nor their labels overlap; short ones are next to the text. */
export function barsOf(
  line: Line,
  entities: readonly Entity[],
  { left, right, fontSize }: { readonly left: number; readonly right: number; readonly fontSize: number },
): Bar[] {
  const bars = entities.flatMap((entity, i) => {
    if (entity.start >= line.end || entity.end <= line.start) return [];
    const rtl = line.pieces.some((piece) => piece.rtl && piece.start < entity.end && piece.end > entity.start);
    return columnsOf(line, entity).map(({ x, width }, part) => {
      const begins = part === 0 && entity.start >= line.start;
      const label = begins ? shortened(entity.type, right - left, fontSize) : "";
      const labelWidth = textWidth(label, fontSize);
      const wanted = rtl ? x + width - labelWidth : x;
      return { entity: i, x, width, label, labelX: Math.max(left, Math.min(wanted, right - labelWidth)), labelWidth };
    });
  });
  bars.sort((a, b) => a.width - b.width || a.x - b.x || a.entity - b.entity);
  const rows: { from: number; to: number }[][] = [];
  return bars.map((bar) => {
    const from = Math.min(bar.x, bar.label === "" ? bar.x : bar.labelX);
    const to = Math.max(bar.x + bar.width, bar.label === "" ? 0 : bar.labelX + bar.labelWidth + 5);
    let row = 0;
    while (rows[row]?.some((other) => from < other.to && other.from < to)) row++;
    (rows[row] ??= []).push({ from, to });
    return { ...bar, row };
  });
}
