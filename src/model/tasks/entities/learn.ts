import type { Document, Entity, Span } from "../../../corpus/document.ts";
import type { NoticeLog } from "../../../corpus/notices.ts";
import { DataError } from "../../../errors.ts";
import type { LabelledExample } from "../../../evaluation/mistakes.ts";
import type { Examples } from "../encoded.ts";
import { entityTypesOf } from "../entity-types.ts";
import type { LearningCorpus } from "../task.ts";
import type { Decoder } from "./decoder.ts";
import type { EntitiesLearned } from "./learned.ts";
import type { TypedSpan } from "./spans.ts";
import type { EntitiesSettings } from "./settings.ts";
import { classesOf } from "./store.ts";

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
export async function learn(
  { documents, train }: LearningCorpus,
  { entityDecoding }: EntitiesSettings,
  notices: NoticeLog,
): Promise<EntitiesLearned> {
  const types = entityTypesOf(documents);
  if (types.length === 0) {
    throw new DataError(
      `Cannot learn to find entities: expected spans with a type; found none in ${documents.length} documents. Give a file ` +
        "whose spans have types, or give all of them one.",
      documents.find(({ source }) => source)?.source,
    );
  }
  const decoding = entityDecoding === "auto" ? chosenDecoding(train, notices) : entityDecoding;
  return { ...classesOf(types, decoding), exampleLabels: types, noRelationId: null, gazetteer: null };
}

/** Entities that overlap another are few enough to be slips of annotators below this share. */
const leastOverlap = 0.01;

/** Nested where at least one entity in a hundred overlaps another, flat elsewhere; the choice is reported. */
function chosenDecoding(train: readonly Document[], notices: NoticeLog): Decoder["name"] {
  const total = train.reduce((sum, { entities }) => sum + entities.length, 0);
  const inOverlap = train.reduce((sum, { entities }) => sum + overlappingOf(entities).length, 0);
  if (inOverlap < Math.max(1, leastOverlap * total)) return "flat";
  notices.addToTotal("entity-nested", total);
  for (const document of train)
    for (const _ of overlappingOf(document.entities))
      notices.add(
        "entity-nested",
        "entities overlap another, so that a score for each span is learnt (--entity-decoding nested)",
        document.source,
      );
  return "nested";
}

/** Entities that share a character with another. */
export function overlappingOf<Entity extends Span>(entities: readonly Entity[]): readonly Entity[] {
  const byStart = entities.toSorted((a, b) => a.start - b.start || b.end - a.end);
  const found = new Set<Entity>();
  // The one that reaches furthest overlaps the next if any before it does.
  let furthest: Entity | undefined;
  for (const entity of byStart) {
    if (furthest && entity.start < furthest.end) {
      found.add(furthest);
      found.add(entity);
    }
    if (!furthest || entity.end > furthest.end) furthest = entity;
  }
  return [...found];
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
