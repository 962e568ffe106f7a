import type { Span } from "../corpus/document.ts";
import type { SourceLocation } from "../errors.ts";
import type { RawDocument } from "../formats/format.ts";
import type { Excerpt } from "./excerpt.ts";
import { problemKinds, type ProblemCode, type Severity } from "./problem-kinds.ts";

/** A repair that is certain to be right. */
export interface Fix {
  /** Description in words that fit any count: `white space at the ends of spans, trimmed`. */
  readonly description: string;
  /** The document repaired; entities keep their positions. Fixes of one document are applied one after the other. */
  apply(document: RawDocument): RawDocument;
}

/** A mistake in the data, certain or likely. */
export interface Problem {
  /** A ProblemCode, or for a notice of a reader `read-<code of the notice>`. */
  readonly code: string;
  readonly severity: Severity;
  /** The kind in words that fit any count: `relations of an entity with itself`. */
  readonly title: string;
  readonly at: SourceLocation;
  /** Absent if the record could not be read as a document. */
  readonly documentId?: string | undefined;
  /** The finding, on one line. */
  readonly message: string;
  /** The spans concerned, as read: UTF-16 code units, end exclusive. */
  readonly spans?: readonly Span[];
  readonly excerpt?: Excerpt;
  /** Advice for this problem; problemKinds has advice for the kind. */
  readonly suggestion?: string | undefined;
  readonly fix?: Fix | undefined;
  /** The number of such problems for which this one stands; 1 if absent. */
  readonly count?: number;
}

/** A problem as callers get it: data without functions, which can be cloned and written. */
export interface ReportedProblem extends Omit<Problem, "fix"> {
  readonly fix?: Pick<Fix, "description">;
}

export const reported = ({ fix, ...others }: Problem): ReportedProblem =>
  fix ? { ...others, fix: { description: fix.description } } : others;

export type ProblemDetails = Omit<Problem, "code" | "severity" | "title" | "at" | "documentId">;

/** The place of a problem. */
export interface Place {
  readonly at: SourceLocation;
  readonly documentId?: string | undefined;
}

export const placeOf = ({ id, source }: Pick<RawDocument, "id" | "source">): Place => ({
  at: source ?? { file: "the documents" },
  documentId: id,
});

export const problem = (code: ProblemCode, { at, documentId }: Place, details: ProblemDetails): Problem => {
  const { severity, title } = problemKinds[code];
  return { code, severity, title, at, ...(documentId === undefined ? {} : { documentId }), ...details };
};

export const countOf = ({ count = 1 }: Pick<Problem, "count">): number => count;

/** The same place and words as a problem of another kind. */
export const asKind = (code: ProblemCode, given: Problem): Problem => {
  const { severity, title } = problemKinds[code];
  return { ...given, code, severity, title };
};
