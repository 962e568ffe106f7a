import type { SourceLocation } from "../../errors.ts";
import type { Span } from "../../corpus/document.ts";
import { NoticeLog } from "../../corpus/notices.ts";
import { readSpans, type FileSpan } from "../offsets.ts";
import type { FormatSettings } from "../settings.ts";
import type { TextBound } from "./standoff.ts";

/** The text of a `.txt` file. */
export interface StandoffText {
  readonly text: string;
  /** Whether the file began with a byte-order mark, which is not in `text`; brat counts it as a character. */
  readonly hasByteOrderMark: boolean;
}

/** A way of counting characters that other tools use, or brat itself on unusual files. */
interface Counting {
  readonly code: string;
  readonly message: string;
  /** The text in which the offsets are counted, and the conversion of its offsets to offsets in the text. */
  readonly counted: string;
  readonly toText: (offset: number) => number;
}

const evidence = "as their recorded surfaces show";

function countings({ text, hasByteOrderMark }: StandoffText): Counting[] {
  const plain: Counting = { code: "", message: "", counted: text, toText: (offset) => offset };
  const ways = [plain];
  if (text.includes("\r\n")) {
    const counted = text.replaceAll("\r\n", "\n");
    const places: number[] = [];
    for (let at = 0; at < text.length; at++) {
      places.push(at);
      if (text.startsWith("\r\n", at)) at++;
    }
    places.push(text.length);
    ways.push({
      code: "line-end-as-one",
      message: `documents whose offsets count a line end CR LF as one character, ${evidence}`,
      counted,
      toText: (offset) => places[offset] ?? (offset < 0 ? offset : offset - counted.length + text.length),
    });
  }
  if (hasByteOrderMark) {
    const marked = ways.map(({ counted, toText }): Counting => ({
      code: "byte-order-mark",
      message: `documents whose offsets count the byte-order mark of their text, ${evidence}`,
      counted: `\uFEFF${counted}`,
      toText: (offset) => toText(offset - 1),
    }));
    ways.push(...marked);
  }
  return ways;
}

const collapse = (text: string): string => text.replace(/\s+/g, " ");

/** Whether the fragments equal the recorded text. brat joins them by a space; before version 1.3, by nothing. */
export const isRecorded = (text: string, fragments: readonly Span[], recorded: string): boolean =>
  [" ", ""].some(
    (separator) =>
      collapse(recorded) === collapse(fragments.map(({ start, end }) => text.slice(start, end)).join(separator)),
  );

/** The fragments of each text-bound annotation in UTF-16 code units, whatever the file's offsets count. */
export function placeFragments(
  given: StandoffText,
  textBounds: readonly TextBound[],
  { offsetUnit }: Pick<FormatSettings, "offsetUnit">,
  notices: NoticeLog,
  at: SourceLocation,
): Span[][] {
  const fileSpans = textBounds.flatMap(({ fragments, surface }): FileSpan[] =>
    fragments.map((fragment) => ({ ...fragment, surface: fragments.length === 1 ? surface : undefined })),
  );
  const place = ({ counted, toText }: Counting, unit: FormatSettings["offsetUnit"], log: NoticeLog): Span[][] => {
    const spans = readSpans(counted, fileSpans, "code-point", { offsetUnit: unit }, log, at);
    let next = 0;
    return textBounds.map(({ fragments }) =>
      fragments.map(() => {
        const { start, end } = spans[next++]!;
        return { start: toText(start), end: toText(end) };
      }),
    );
  };
  const matches = (placed: readonly (readonly Span[])[]): number =>
    textBounds.filter(({ surface }, i) => surface !== undefined && isRecorded(given.text, placed[i]!, surface)).length;

  const [plain, ...others] = countings(given);
  let best = plain!;
  if (others.length > 0) {
    const unit = offsetUnit === "auto" ? "code-point" : offsetUnit;
    const score = (counting: Counting): number => matches(place(counting, unit, new NoticeLog()));
    let bestScore = score(best);
    for (const counting of others) {
      const found = score(counting);
      if (found > bestScore) [best, bestScore] = [counting, found];
    }
  }
  if (best !== plain) notices.add(best.code, best.message, at);
  return place(best, offsetUnit, notices);
}
