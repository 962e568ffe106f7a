import type { Span } from "../../corpus/document.ts";
import { offsetsToUtf16 } from "../offsets.ts";
import type { Line } from "../source/lines.ts";
import type { StandoffText } from "./places.ts";
import { fragmentsOf } from "./standoff.ts";

const textBound = /^(T\S*\t\S+ +([-\d; ]+?) *\t)(.*)$/s;

const plain = (text: string): string => text.replace(/\s+/g, " ").trim();

type Slice = (span: Span) => string;

/**
 * Ways to slice the text that the offsets may assume: code points or UTF-16 code units, CR LF as one or two, with or
 * without a byte-order mark.
 */
function* slicers({ text, hasByteOrderMark }: StandoffText): Generator<Slice> {
  const counted = text.includes("\r\n") ? [text, text.replaceAll("\r\n", "\n")] : [text];
  if (hasByteOrderMark) counted.push(...counted.map((one) => `\uFEFF${one}`));
  for (const one of counted) {
    for (const unit of ["code-point", "utf-16"] as const) {
      const toUtf16 = offsetsToUtf16(one, unit);
      yield ({ start, end }) => one.slice(Math.max(0, toUtf16(start)), Math.max(0, toUtf16(end)));
    }
  }
}

/**
 * Rejoins T lines that were broken: some writers keep line breaks in the text of a T line, so that the rest of it
 * stands on the next lines. The text between the offsets decides which lines belong to it, however they begin.
 */
export function wholeLines(lines: readonly Line[], given: StandoffText): Line[] {
  let known: Slice[] | undefined;
  const whole: Line[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    const [, fields = "", offsets = "", recorded = ""] = textBound.exec(line.text) ?? [];
    if (line.problem || offsets === "") {
      whole.push(line);
      continue;
    }
    known ??= [...slicers(given)];
    const fragments = fragmentsOf(offsets);
    let text = line.text;
    let count = 0;
    for (const slice of known) {
      const covered = fragments.map(slice);
      // A complete text has no rest, whatever another way of counting finds.
      if (isWhole(covered, recorded)) break;
      // Another way of counting may, by chance, cover a text that ends with one of the lines.
      const found = linesOfRest(plain(covered.join(" ")), recorded, lines, i);
      if (found > count) [text, count] = [fields + covered.join(" "), found];
    }
    i += count;
    whole.push({ ...line, text });
  }
  return whole;
}

const isWhole = (covered: readonly string[], recorded: string): boolean =>
  [" ", ""].some((separator) => plain(covered.join(separator)) === plain(recorded));

/** Number of lines after line `at` that are the rest of the text between the offsets; 0 if they are not. */
function linesOfRest(covered: string, recorded: string, lines: readonly Line[], at: number): number {
  let joined = plain(recorded);
  for (let i = at + 1; i < lines.length && !lines[i]!.problem; i++) {
    if (joined === covered || !covered.startsWith(joined)) return 0;
    joined = plain(`${joined}\n${lines[i]!.text}`);
    if (joined === covered) return i - at;
  }
  return 0;
}
