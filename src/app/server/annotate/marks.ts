import { createHash } from "node:crypto";
import { applied, type Act, type Document, type Marked } from "../../../index.ts";
import type { ActsRequest } from "./schemas.ts";

type Start = ActsRequest["start"];

/** A line of the journal: who did what to which document, and when. */
export interface JournalLine {
  readonly at: string;
  readonly annotator: string;
  readonly document: string;
  /** A digest of the text, so that acts are never applied to another one. */
  readonly text: string;
  readonly client: string;
  readonly number: number;
  /** The annotations before the first act, in the line of that act. */
  readonly start?: Start;
  readonly act: Act;
}

/** The annotations of a document by one annotator. */
export interface Marks {
  readonly start: Start;
  marked: Marked;
  revision: number;
  at: string;
  /** By client, the number of its next act. */
  readonly next: Map<string, number>;
}

export const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

/** All annotations of a document: it makes the lines of new acts, and replays those of the journal. */
export class MarkedDocument {
  readonly document: Document;
  readonly digest: string;
  readonly marks = new Map<string, Marks>();

  constructor(document: Document) {
    this.document = document;
    this.digest = digestOf(document.text);
  }

  /** The lines for acts that are new; those that a client sends again are known. */
  linesOf({ annotator, client, first, acts, start }: ActsRequest, at: string): JournalLine[] {
    const marks = this.marks.get(annotator);
    const next = marks?.next.get(client) ?? 0;
    const isFirst = marks === undefined;
    return acts
      .map((act, i) => ({ act: act as Act, number: first + i }))
      .filter(({ number }) => number >= next)
      .map(({ act, number }, i) => ({
        at,
        annotator,
        document: this.document.id,
        text: this.digest,
        client,
        number,
        ...(isFirst && i === 0 ? { start } : {}),
        act,
      }));
  }

  /** Applies a line. Returns false for one of another text, or without a beginning. */
  apply({ annotator, at, client, number, text, start, act }: JournalLine): boolean {
    if (text !== this.digest) return false;
    let marks = this.marks.get(annotator);
    if (!marks) {
      if (!start) return false;
      marks = { start, marked: start.marked as Marked, revision: 0, at, next: new Map() };
      this.marks.set(annotator, marks);
    }
    marks.marked = applied(marks.marked, act);
    marks.revision++;
    marks.at = at;
    marks.next.set(client, number + 1);
    return true;
  }

  /** The annotators who have finished the document, the last one first. */
  finished(): (readonly [string, Marks])[] {
    return [...this.marks]
      .filter(([, { marked }]) => marked.status === "done")
      .sort(([, a], [, b]) => (a.at < b.at ? 1 : -1));
  }
}
