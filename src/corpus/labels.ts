import { UsageError, type SourceLocation } from "../errors.ts";
import { closest } from "./closest.ts";
import type { Document } from "./document.ts";
import { NoRelationsError, UnknownLabelError } from "./corpus-errors.ts";
import { EmptyLabelError } from "./errors.ts";
import type { Notice, NoticeLog } from "./notices.ts";
import { quote } from "../quote.ts";

/** The labels of a model. A label's id is its position in `id2label`, where the no-relation label is one of them. */
export interface LabelSchema {
  readonly noRelationLabel: string;
  readonly id2label: readonly string[];
}

/** The label without white space around it; trimmed labels are counted. */
export function trimLabel(label: string, notices?: NoticeLog, at?: SourceLocation): string {
  const trimmed = label.trim();
  if (trimmed === "") throw new EmptyLabelError(at);
  if (trimmed !== label) {
    const detail = quote(label);
    notices?.add("label-trimmed", "relation labels with white space around them, trimmed", at && { ...at, detail });
  }
  return trimmed;
}

const positions = new WeakMap<LabelSchema, ReadonlyMap<string, number>>();

/** The id of a label, compared after trimming; undefined if the schema does not have it. */
export function label2id(schema: LabelSchema, label: string): number | undefined {
  let ids = positions.get(schema);
  if (!ids) positions.set(schema, (ids = new Map(schema.id2label.map((label, id) => [label, id]))));
  return ids.get(label.trim());
}

/**
 * The schema of the relations in these documents: the no-relation label with id 0, then the others sorted by UTF-16
 * code units, whatever the order of the documents. A relation annotated with the no-relation label is an explicit
 * negative and adds no label; neither does a self loop, which is never a pair (see makePairs).
 * @param reading the notices of reading the documents, for the error
 * @throws {NoRelationsError} if no relation is left to learn.
 */
export function learnLabels(
  documents: readonly Document[],
  noRelationLabel = "NO_REL",
  notices?: NoticeLog,
  reading?: readonly Notice[],
): LabelSchema {
  const noRelation = noRelationLabel.trim();
  if (noRelation === "") throw new UsageError("the no-relation label is empty: give it a name, such as NO_REL.");
  const labels = new Set<string>();
  for (const { relations, source } of documents) {
    for (const { head, tail, label } of relations) {
      if (head !== tail) labels.add(trimLabel(label, notices, source));
    }
  }
  labels.delete(noRelation);
  if (labels.size === 0) throw new NoRelationsError(documents, noRelation, reading);
  return { noRelationLabel: noRelation, id2label: [noRelation, ...[...labels].sort()] };
}

/**
 * The id of a label that must be known.
 * @throws {UnknownLabelError} naming the nearest known spelling.
 */
export function requireLabelId(schema: LabelSchema, label: string, at?: SourceLocation): number {
  const id = label2id(schema, label);
  if (id === undefined) throw new UnknownLabelError(label, schema.id2label, closest(label.trim(), schema.id2label), at);
  return id;
}

/** The id of the no-relation label: 0 in a schema of learnLabels, any id in the schema of a foreign model. */
export const noRelationId = (schema: LabelSchema): number => requireLabelId(schema, schema.noRelationLabel);
