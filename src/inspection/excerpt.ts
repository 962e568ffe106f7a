import type { Span } from "../corpus/document.ts";
import { printable } from "../quote.ts";

/** A passage of a text that fits on one line of a terminal, with marked parts. */
export type Excerpt = readonly { readonly text: string; readonly marked: boolean }[];

/** Characters shown on each side of a mark; marks farther apart have an ellipsis between them. */
const around = 30;
/** Maximal length of a mark, in characters. */
const longest = 60;

/** Draws line ends and tabs as signs, since white space matters inside a mark; outside they become spaces. */
const visible = (text: string): string => printable(text.replace(/\r?\n/g, "⏎").replace(/\t/g, "⇥"));
const flat = (text: string): string => printable(text.replace(/\s+/g, " "));

/** Slices a text without cutting a surrogate pair. */
const slice = (text: string, start: number, end: number): string => {
  const isLow = (at: number): boolean => (text.charCodeAt(at) & 0xfc00) === 0xdc00;
  return text.slice(isLow(start) ? start + 1 : start, isLow(end) ? end - 1 : end);
};

const shortened = (text: string): string =>
  text.length <= longest ? text : `${slice(text, 0, longest - 20)}…${slice(text, text.length - 19, text.length)}`;

/** The text around some spans; for a span outside the text, the nearest end of the text. */
export function excerptOf(text: string, spans: readonly Span[]): Excerpt {
  const inside = (offset: number): number => Math.min(text.length, Math.max(0, offset));
  const marks = spans
    .map(({ start, end }) => ({ start: inside(Math.min(start, end)), end: inside(Math.max(start, end)) }))
    .sort((a, b) => a.start - b.start || a.end - b.end);
  const pieces: { text: string; marked: boolean }[] = [];
  const context = (start: number, end: number, before = "", after = ""): void => {
    if (end > start || before || after)
      pieces.push({ text: `${before}${flat(slice(text, start, end))}${after}`, marked: false });
  };
  let at: number | undefined;
  for (const { start, end } of marks) {
    if (at === undefined || start - at > 2 * around) {
      if (at !== undefined) context(at, at + around, "", " … ");
      const from = Math.max(at ?? 0, start - around);
      context(from, start, at === undefined && from > 0 ? "…" : "");
    } else context(at, start);
    // Of overlapping marks, only the part not yet shown is added.
    const from = Math.max(start, at ?? 0);
    if (end > from || end === start) pieces.push({ text: visible(shortened(text.slice(from, end))), marked: true });
    at = Math.max(at ?? 0, end);
  }
  const end = Math.min(text.length, (at ?? 0) + around);
  context(at ?? 0, end, "", end < text.length ? "…" : "");
  return pieces;
}

/** The excerpt as one line, marks as `[[…]]` unless said otherwise. */
export const formatExcerpt = (excerpt: Excerpt, mark: (text: string) => string = (text) => `[[${text}]]`): string =>
  excerpt.map(({ text, marked }) => (marked ? mark(text) : text)).join("");
