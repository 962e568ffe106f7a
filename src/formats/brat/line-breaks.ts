import type { Span } from "../../corpus/document.ts";
import { offsetsToUtf16 } from "../offsets.ts";
import type { Line } from "../source/lines.ts";
import type { StandoffText } from "./places.ts";
import { fragmentsOf } from "./standoff.ts";

const textBound = /^(T\S*\t\S+ +([-\d; ]+?) *\t)(.*)$/s;

const plain = (text: string): string => text.replace(/\s+/g, " ").trim();

type Slice = (span: Span) => string;

/** The texts that offsets may mean: they count code points or UTF-16 code units, CR LF as one or two, a byte-order mark or none. */
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
 * The lines of annotations, whole: where the text of a T line has line breaks, as some writers leave them in, the lines
 * after it that are the rest of that text are put back behind it. They are known by what stands in the text between the
 * offsets, however they begin.
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
      // A text that stands there whole has no rest, whatever another way of counting finds.
      if (isWhole(covered, recorded)) break;
      // Another way may, by chance, cover what ends with one of the lines.
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

/** How many lines after the one at `at` are the rest of the text that offsets cover; 0 where they are not. */
function linesOfRest(covered: string, recorded: string, lines: readonly Line[], at: number): number {
  let joined = plain(recorded);
  for (let i = at + 1; i < lines.length && !lines[i]!.problem; i++) {
    if (joined === covered || !covered.startsWith(joined)) return 0;
    joined = plain(`${joined}\n${lines[i]!.text}`);
    if (joined === covered) return i - at;
  }
  return 0;
}
