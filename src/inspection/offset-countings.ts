import type { OffsetUnit } from "../formats/offsets.ts";
import { segmentStarts } from "../formats/segments.ts";

/** A way to count the characters of a text. */
export interface Counting {
  /** `UTF-8 bytes` */
  readonly name: string;
  /** Its name for --offset-unit. */
  readonly offsetUnit?: OffsetUnit;
  /** By offset, its place in UTF-16 code units, -1 inside a character; the last entry is the length of the text. */
  starts(text: string): number[];
}

/** Each character takes `width` offsets, the first of which is its beginning. */
function startsBy(text: string, width: (character: string, before: string) => number): number[] {
  const starts: number[] = [];
  let at = 0;
  let before = "";
  for (const character of text) {
    starts.push(at);
    for (let i = width(character, before); i > 1; i--) starts.push(-1);
    at += character.length;
    before = character;
  }
  return [...starts, at];
}

/** The ways of counting that exports are known to confuse. */
export const countings: readonly Counting[] = [
  {
    name: "UTF-16 code units",
    offsetUnit: "utf-16",
    starts: (text) => Array.from({ length: text.length + 1 }, (_, i) => i),
  },
  { name: "code points", offsetUnit: "code-point", starts: (text) => startsBy(text, () => 1) },
  {
    name: "graphemes",
    offsetUnit: "grapheme",
    starts: (text) => [...segmentStarts(text, "grapheme"), text.length],
  },
  { name: "UTF-8 bytes", starts: (text) => startsBy(text, (character) => Buffer.byteLength(character)) },
  {
    name: "code points with each line end as the two of CR LF",
    starts: (text) => startsBy(text, (character, before) => (character === "\n" && before !== "\r" ? 2 : 1)),
  },
];

/** Converts offsets of one counting to another; an offset outside the text stays outside by the same amount. */
export function converter(text: string, from: Counting, to: Counting): (offset: number) => number {
  const offsets = new Map(from.starts(text).map((at, offset) => [at, offset]));
  const starts = to.starts(text);
  const [countFrom, countTo] = [offsets.get(text.length)!, starts.length - 1];
  const read = (utf16: number): number =>
    utf16 < 0 ? utf16 : utf16 > text.length ? countFrom + utf16 - text.length : (offsets.get(utf16) ?? utf16);
  return (utf16) => {
    const offset = read(utf16);
    return offset < 0 ? offset : offset > countTo ? text.length + offset - countTo : starts[offset]!;
  };
}
