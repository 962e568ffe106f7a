import { closest } from "../../../corpus/closest.ts";
import type { Document } from "../../../corpus/document.ts";
import { label2id } from "../../../corpus/labels.ts";
import { looksLikeNone } from "../../../corpus/no-relation.ts";
import type { NoticeLog } from "../../../corpus/notices.ts";
import { listed, quote } from "../../../quote.ts";
import type { RelationSchema } from "../../../corpus/schema.ts";
import { DataError, type SourceLocation } from "../../../errors.ts";

/** A gold label that the model cannot predict, since it was not trained with it. */
export interface UnknownLabel {
  readonly label: string;
  /** Relations annotated with it. */
  readonly count: number;
  /** The label of the model that is spelled most alike, if any is near. */
  readonly nearest?: string;
}

/** Gold documents none of whose relations has a label of the model: every score would be 0 whatever the model does. */
export class NoKnownLabelError extends DataError {
  override readonly name = "NoKnownLabelError";
  constructor(unknown: readonly UnknownLabel[], { id2label, noRelationLabel }: RelationSchema, at?: SourceLocation) {
    const known = id2label.filter((label) => label !== noRelationLabel).map((label) => quote(label));
    super(
      `not one of the ${unknown.reduce((sum, { count }) => sum + count, 0)} annotated relations has a label of the ` +
        `model, so nothing can be scored: the annotations have ${formatUnknownLabels(unknown)}; the model has ` +
        `${listed(known)}. Is it the model of these annotations? Where the same relations have other names, rename one side.`,
      at,
    );
  }
}

/** `"MET" 2 (did you mean "met"?), "hired" 2`, the most frequent first. */
export function formatUnknownLabels(unknown: readonly UnknownLabel[], limit: number = 10): string {
  const names = unknown.map(({ label, count, nearest }) => {
    if (nearest === undefined) {
      const hint = looksLikeNone(label) ? ` (no relation? Then say --no-relation-label with it)` : "";
      return `${quote(label)} ${count}${hint}`;
    }
    const isCase = nearest.toLowerCase() === label.toLowerCase();
    return `${quote(label)} ${count} (${isCase ? "in other letter case the model's" : "did you mean"} ${quote(nearest)}${isCase ? "" : "?"})`;
  });
  return listed(names, limit);
}

/**
 * The schema to score these documents by: that of the model, and after its labels those that the documents have beside
 * them. The model never predicts one of these, so that each of their relations is a miss. Every one is told in `notices`.
 * @returns the labels that the model does not know, the most frequent first
 * @throws {NoKnownLabelError} where the documents have relations, and the model knows none of their labels
 */
export function scoringSchema(
  documents: readonly Document[],
  schema: RelationSchema,
  notices: NoticeLog,
): { readonly schema: RelationSchema; readonly unknown: UnknownLabel[] } {
  const counts = new Map<string, number>();
  const none = label2id(schema, schema.noRelationLabel);
  let known = 0;
  for (const { id: document, relations, source } of documents) {
    for (const { head, tail, label } of relations) {
      const id = label2id(schema, label);
      if (head === tail || id === none) continue;
      notices.addToTotal("label-unknown", 1);
      if (id !== undefined) known++;
      else {
        const name = label.trim();
        counts.set(name, (counts.get(name) ?? 0) + 1);
        const message = "relations with a label that the model was not trained with, counted as misses";
        notices.add("label-unknown", message, { ...(source ?? { file: document }), detail: quote(name) });
      }
    }
  }
  const unknown = [...counts]
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .map(([label, count]): UnknownLabel => {
      const nearest = closest(label, schema.id2label);
      return { label, count, ...(nearest === undefined ? {} : { nearest }) };
    });
  if (unknown.length === 0) return { schema, unknown };
  if (known === 0) {
    const files = [...new Set(documents.flatMap(({ source }) => (source ? [source.file] : [])))];
    throw new NoKnownLabelError(unknown, schema, files.length > 0 ? { file: listed(files, 3) } : undefined);
  }
  const id2label = [...schema.id2label, ...unknown.map(({ label }) => label).sort()];
  return { schema: { ...schema, id2label }, unknown };
}
