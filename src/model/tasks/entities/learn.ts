import type { Document, Entity } from "../../../corpus/document.ts";
import type { NoticeLog } from "../../../corpus/notices.ts";
import { DataError } from "../../../errors.ts";
import type { LabelledExample } from "../../../evaluation/mistakes.ts";
import type { Examples } from "../encoded.ts";
import { entityTypesOf } from "../entity-types.ts";
import type { LearningCorpus } from "../task.ts";
import type { EntitiesLearned } from "./learned.ts";
import type { TypedSpan } from "./spans.ts";
import { grammarOf, tagsOf } from "./tags.ts";

/** A document, and the question which entities it has. Its labels are the types of its entities. */
export interface TextExample extends LabelledExample {
  readonly gold: readonly TypedSpan[];
}

/** Removes the white space around types, spans without a type, and second spans of the same place and type. */
export const tidy = (documents: readonly Document[], _settings: object, notices: NoticeLog): readonly Document[] =>
  documents.map((document) => {
    notices.addToTotal("entity-untyped", document.entities.length);
    notices.addToTotal("entity-repeated", document.entities.length);
    const seen = new Set<string>();
    const entities = document.entities.flatMap((entity): Entity[] => {
      const type = entity.type.trim();
      const key = `${entity.start} ${entity.end} ${type}`;
      if (type === "") notices.add("entity-untyped", "spans without a type, left out", document.source);
      else if (seen.has(key))
        notices.add("entity-repeated", "spans annotated twice with one type, counted once", document.source);
      else {
        seen.add(key);
        return [{ ...entity, type }];
      }
      return [];
    });
    // Relations name entities by their position, and this task reads none.
    return { ...document, entities, relations: [] };
  });

/**
 * Lists the types of all documents, sorted.
 * @throws DataError if there is none, since nothing could be learnt then
 */
export async function learn({ documents }: LearningCorpus): Promise<EntitiesLearned> {
  const types = entityTypesOf(documents);
  if (types.length === 0) {
    throw new DataError(
      `Cannot learn to find entities: expected spans with a type; found none in ${documents.length} documents. Give a file ` +
        "whose spans have types, or give all of them one.",
      documents.find(({ source }) => source)?.source,
    );
  }
  return {
    id2label: tagsOf(types),
    exampleLabels: types,
    multiLabel: false,
    noRelationId: null,
    grammar: grammarOf(types),
    gazetteer: null,
  };
}

/** Makes an example of every document, also of one without entities. */
export function examples(
  documents: readonly Document[],
  { exampleLabels, goldLabels = exampleLabels }: EntitiesLearned,
): Examples<TextExample> {
  const ids = new Map(goldLabels.map((label, id) => [label, id]));
  const found = documents.map((document): TextExample => {
    const gold = document.entities.flatMap(({ start, end, type }) => {
      const id = ids.get(type);
      return id === undefined ? [] : [{ start, end, type: id }];
    });
    return { id: document.id, document, gold, labels: gold.map(({ type }) => type), size: gold.length };
  });
  return { examples: found, omitted: new Map() };
}
