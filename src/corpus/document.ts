import type { SourceLocation } from "../errors.ts";

/** Part of a text. Offsets count UTF-16 code units (what `String.prototype.slice` counts), end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A mention in a text. `type` is the annotator's word for it (`TIME`), "" if the format has no types. */
export interface Entity extends Span {
  readonly type: string;
}

/** `label` holds from entity `head` to entity `tail`; both are positions in `Document.entities`. */
export interface Relation {
  readonly head: number;
  readonly tail: number;
  readonly label: string;
  /** Probability of a predicted relation, from 0 to 1; absent for an annotated one. */
  readonly probability?: number;
}

/** One annotated text: the unit that is split, windowed and scored. Entities keep the order of their file. */
export interface Document {
  readonly id: string;
  readonly text: string;
  readonly entities: readonly Entity[];
  readonly relations: readonly Relation[];
  /** Further JSON values of the document by name, as its file has them; absent if there are none. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /**
   * Name of the annotator, if the file or its place names one. Documents of one name and text by different annotators
   * are copies of one document. The name is used to choose among copies and is never written to a file.
   */
  readonly annotator?: string;
  /** Where the document was read; absent for a document made by a program. */
  readonly source?: SourceLocation;
}

/** The surface of a span. */
export const surface = (document: Pick<Document, "text">, span: Span): string =>
  document.text.slice(span.start, span.end);
