import type { Span } from "../corpus/document.ts";
import type { NoticeLog } from "../corpus/notices.ts";
import type { SourceLocation } from "../errors.ts";
import { segmentStarts } from "./segments.ts";
import type { FormatSettings } from "./settings.ts";

/** The unit of an offset. A grapheme is a character as readers see it; CR LF is one grapheme. */
export type OffsetUnit = "utf-16" | "code-point" | "grapheme";

type Convert = (offset: number) => number;

// oxlint-disable-next-line no-control-regex -- what is all ASCII, and has no CR LF, is the same in every unit
const sameInAll = /^[\u0000-\u000c\u000e-\u007f]*$/;

/** The start of each unit, in UTF-16 code units; the last entry is the length of the text. */
function boundaries(text: string, unit: OffsetUnit): number[] {
  if (unit === "grapheme") return [...segmentStarts(text, "grapheme"), text.length];
  const starts: number[] = [];
  let at = 0;
  for (const character of text) {
    starts.push(at);
    at += character.length;
  }
  starts.push(text.length);
  return starts;
}

const isIdentity = (text: string, unit: OffsetUnit): boolean => unit === "utf-16" || sameInAll.test(text);

/**
 * Converts offsets of `unit` in `text` to UTF-16 code units. An offset outside the text stays outside by the same
 * amount, so that checks still find it.
 */
export function offsetsToUtf16(text: string, unit: OffsetUnit): Convert {
  if (isIdentity(text, unit)) return (offset) => offset;
  const starts = boundaries(text, unit);
  const count = starts.length - 1;
  return (offset) =>
    offset < 0 ? offset : offset > count ? text.length + (offset - count) : (starts[offset] ?? offset);
}

/** Converts UTF-16 code units in `text` to offsets of `unit`; an offset inside a unit counts as its beginning. */
export function offsetsFromUtf16(text: string, unit: OffsetUnit): Convert {
  if (isIdentity(text, unit)) return (offset) => offset;
  const starts = boundaries(text, unit);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
}

/** A span in the unit of its file, with its text if the file records it. */
export interface FileSpan extends Span {
  readonly surface?: string | undefined;
}

/**
 * Converts spans to UTF-16 code units. With `offsetUnit: "auto"` the unit is the tool's own, unless another unit places
 * more spans on their recorded surfaces; that unit is then reported (`other-offset-unit`).
 */
export function readSpans(
  text: string,
  spans: readonly FileSpan[],
  toolUnit: OffsetUnit,
  { offsetUnit }: Pick<FormatSettings, "offsetUnit">,
  notices: NoticeLog,
  at: SourceLocation,
): Span[] {
  const convert = (unit: OffsetUnit): Span[] => {
    const toUtf16 = offsetsToUtf16(text, unit);
    return spans.map(({ start, end }) => ({ start: toUtf16(start), end: toUtf16(end) }));
  };
  if (offsetUnit !== "auto") return convert(offsetUnit);
  const byTool = convert(toolUnit);
  if (sameInAll.test(text) || spans.every(({ surface }) => surface === undefined)) return byTool;

  const matches = (converted: readonly Span[]): number =>
    converted.filter(({ start, end }, i) => text.slice(start, end) === spans[i]!.surface).length;
  let best = byTool;
  let bestUnit = toolUnit;
  for (const unit of ["code-point", "utf-16", "grapheme"] as const) {
    const candidate = convert(unit);
    if (matches(candidate) > matches(best)) [best, bestUnit] = [candidate, unit];
  }
  if (bestUnit !== toolUnit) {
    notices.add(
      "other-offset-unit",
      `documents whose offsets count other units than the tool's ${toolUnit}s, as their recorded surfaces show`,
      {
        ...at,
        detail: `${bestUnit}s`,
      },
    );
  }
  return best;
}
