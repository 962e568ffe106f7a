import type { Document } from "../../../corpus/document.ts";
import type { NoticeLog } from "../../../corpus/notices.ts";
import { quote } from "../../../quote.ts";
import { DataError } from "../../../errors.ts";
import type { LabelledExample } from "../../../evaluation/mistakes.ts";
import type { Examples } from "../encoded.ts";
import { entityTypesOf } from "../entity-types.ts";
import type { LearningCorpus } from "../task.ts";
import type { TypingLearned } from "./learned.ts";

/** A span, and the question which type it has. */
export interface SpanExample extends LabelledExample {
  /** The position in `document.entities`. */
  readonly entity: number;
}

/** Removes the white space around types; a type of white space alone becomes none. */
export const tidy = (documents: readonly Document[]): readonly Document[] =>
  documents.map((document) =>
    document.entities.some(({ type }) => type !== type.trim())
      ? { ...document, entities: document.entities.map((entity) => ({ ...entity, type: entity.type.trim() })) }
      : document,
  );

/**
 * Lists the types of all documents, sorted.
 * @throws DataError if there are fewer than two, since nothing could be learnt then
 */
export async function learn({ documents }: LearningCorpus): Promise<TypingLearned> {
  const types = entityTypesOf(documents);
  const spans = documents.reduce((sum, { entities }) => sum + entities.length, 0);
  if (types.length < 2) {
    const found = types.length === 0 ? "none has a type" : `all typed ones have the type ${quote(types[0]!)}`;
    throw new DataError(
      `Cannot learn types of entities: expected two types or more; of the ${spans} spans in ${documents.length} ` +
        `documents ${found}. Give a file whose spans have types, or train relations (--task relations).`,
      documents.find(({ source }) => source)?.source,
    );
  }
  return { id2label: types, multiLabel: false, noRelationId: null, reads: "entity", majority: null };
}

/** Makes an example of every span with a type; spans without one are counted and left out. */
export function examples(
  documents: readonly Document[],
  { id2label, goldLabels = id2label }: TypingLearned,
  _doing: string,
  notices: NoticeLog,
): Examples<SpanExample> {
  const ids = new Map(goldLabels.map((label, id) => [label, id]));
  const found = documents.flatMap((document) => {
    notices.addToTotal("entity-untyped", document.entities.length);
    return document.entities.flatMap(({ type }, entity): SpanExample[] => {
      const label = ids.get(type);
      if (label !== undefined) return [{ id: `${document.id}-${entity}`, document, entity, labels: [label] }];
      notices.add("entity-untyped", "spans without a type, left out", document.source);
      return [];
    });
  });
  return { examples: found, omitted: new Map() };
}
