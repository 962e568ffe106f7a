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

/**
 * The bars of a line, stacked so that neither they nor their labels overlap; short ones are next to the text. A label that
 * is longer than its bar reaches under the next one, whose own label then stands further along.
 */
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
  const rows: Bar[][] = [];
  return bars.map((bar) => {
    for (let row = 0; ; row++) {
      const others = (rows[row] ??= []);
      const isOver = others.some((other) => bar.x < other.x + other.width && other.x < bar.x + bar.width);
      const labelX = isOver ? undefined : labelPlace(bar, others);
      if (labelX === undefined) continue;
      const placed = { ...bar, labelX, row };
      others.push(placed);
      return placed;
    }
  });
}

/** Blank pixels between two labels. */
const gap = 5;

/** The nearest place for a label, where it wants to be or else along its bar; undefined if other labels leave none. */
function labelPlace(bar: Omit<Bar, "row">, others: readonly Bar[]): number | undefined {
  const { x, width, label, labelX, labelWidth } = bar;
  if (label === "") return labelX;
  const labels = others.filter((other) => other.label !== "");
  const isFree = (at: number): boolean =>
    labels.every((other) => at >= other.labelX + other.labelWidth + gap || at + labelWidth + gap <= other.labelX);
  return labels
    .flatMap((other) => [other.labelX + other.labelWidth + gap, other.labelX - gap - labelWidth])
    .filter((at) => at >= x && at + labelWidth <= x + width)
    .concat(labelX)
    .filter(isFree)
    .sort((a, b) => Math.abs(a - labelX) - Math.abs(b - labelX))[0];
}
