import type { Span } from "../../corpus/document.ts";

/**
 * How a pair is marked in its text: by `<ent>` and `<ent2>` (an encoder without entities: `@` and `#`) alone, also by the
 * words of the entities' types, or by new special tokens `[E1]`, `[/E1]`, `[E2]`, `[/E2]`.
 */
export const markersNames = ["plain", "typed", "tokens"] as const;
export type MarkersName = (typeof markersNames)[number];

/** A mention that may have a type; "" is none. */
export interface TypedSpan extends Span {
  readonly type?: string | undefined;
}

/** A text in which the types of a pair stand before its mentions, and where the mentions, types included, stand now. */
export interface TypedText {
  readonly text: string;
  readonly head: Span;
  readonly tail: Span;
}

/**
 * The words of a type's name, lower-cased, with one blank between them: `DocumentType`, `DOCUMENT_TYPE` and
 * `document-type` are all `document type`. Anything but letters, marks and digits separates words; "" without words.
 */
export const typeWords = (type: string): string =>
  type
    .replaceAll(/(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/gu, " ")
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, " ")
    .trim()
    .toLowerCase();

/** The words written before a mention of a type: `* document type * `; "" for a type without words. */
export function typeMark(type: string | undefined): string {
  const words = typeWords(type ?? "");
  return words === "" ? "" : `* ${words} * `;
}

interface Insertion {
  readonly at: number;
  readonly mark: string;
  readonly span: Span;
  readonly mention: "head" | "tail";
}

/**
 * Writes the types of head and tail into the text, each before its mention and part of it from then on, after Zhou and
 * Chen (2022): `* person * Anna`. With LUKE's markers around it the model reads `<ent> * person * Anna <ent>`, as
 * `transformers`' LukeTokenizer encodes the same text and spans. If both mentions begin at one place, the type of the
 * longer one comes first, on ties that of the head.
 */
export function showTypes(text: string, head: TypedSpan, tail: TypedSpan): TypedText {
  const insertions = [insertionOf(text, head, "head"), insertionOf(text, tail, "tail")].sort(
    (a, b) => a.at - b.at || a.span.start - b.span.start || b.span.end - a.span.end || (a.mention === "head" ? -1 : 1),
  ) as [Insertion, Insertion];
  const [first, second] = insertions;
  const moved = (offset: number, isAfter: (insertion: Insertion) => boolean): number =>
    insertions.reduce((place, insertion) => place + (isAfter(insertion) ? insertion.mark.length : 0), offset);
  const place = (own: Insertion): Span => ({
    start: moved(own.span.start, (other) => other === first && own === second && other.at <= own.span.start),
    end: moved(own.span.end, (other) => other === own || other.at < own.span.end),
  });
  const of = (mention: "head" | "tail"): Span => place(insertions.find((one) => one.mention === mention)!);
  const written =
    text.slice(0, first.at) + first.mark + text.slice(first.at, second.at) + second.mark + text.slice(second.at);
  return { text: written, head: of("head"), tail: of("tail") };
}

/** Places the type words after the blanks that a careless span may begin with, directly before its first word. */
function insertionOf(text: string, span: TypedSpan, mention: "head" | "tail"): Insertion {
  const blanks = /^ */.exec(text.slice(span.start, span.end))![0].length;
  const at = span.start + (blanks === span.end - span.start ? 0 : blanks);
  return { at, mark: typeMark(span.type), span: { start: span.start, end: span.end }, mention };
}
