import type { Span } from "../corpus/document.ts";
import { printable } from "../quote.ts";

/** A passage of a text, fit for one line of a terminal; what it is about is marked. */
export type Excerpt = readonly { readonly text: string; readonly marked: boolean }[];

/** Characters shown on each side of a mark, and between two marks before they are set apart. */
const around = 30;
/** Of a mark itself. */
const longest = 60;

/** Blanks inside a mark matter, so line ends and tabs are drawn; outside they are blanks. */
const visible = (text: string): string => printable(text.replace(/\r?\n/g, "⏎").replace(/\t/g, "⇥"));
const flat = (text: string): string => printable(text.replace(/\s+/g, " "));

/** Does not begin or end between the two halves of a character. */
const slice = (text: string, start: number, end: number): string => {
  const isLow = (at: number): boolean => (text.charCodeAt(at) & 0xfc00) === 0xdc00;
  return text.slice(isLow(start) ? start + 1 : start, isLow(end) ? end - 1 : end);
};

const shortened = (text: string): string =>
  text.length <= longest ? text : `${slice(text, 0, longest - 20)}…${slice(text, text.length - 19, text.length)}`;

/** The text around some spans, wherever they lie; of spans outside of the text its nearest end. */
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
    // Of marks that overlap each is shown as far as it is new.
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
