import type { Document, Entity } from "../../corpus/document.ts";
import { spanKey, typedKey } from "./found-spans.ts";
import { LabelCounts, type SetScores } from "./label-counts.ts";

/** Entities and the relations between them; what a document and an answer have in common. */
export type Annotations = Pick<Document, "entities" | "relations">;

export interface RelationScoring {
  /** Labels that hold in both directions at once: of these A → B and B → A are one relation. */
  readonly symmetricLabels?: ReadonlySet<string>;
}

/**
 * The entities that two relations must share besides label and direction: `strict` wants the boundaries and the types of both
 * entities, `boundaries` their boundaries alone.
 */
export type RelationMatch = "strict" | "boundaries";

export interface FoundRelations {
  readonly gold: Annotations;
  readonly found: Annotations;
}

/** Scores relations: one is right if an annotated one has its label, its direction and its entities, as `match` says. */
export function relationScores(
  documents: Iterable<FoundRelations>,
  match: RelationMatch,
  options: RelationScoring = {},
): SetScores {
  const counts = new LabelCounts();
  for (const { gold, found } of documents) {
    counts.add(relationKeys(gold, match, options), relationKeys(found, match, options));
  }
  return counts.scores();
}

/** The label of each relation by its key. @throws RangeError for a relation of an entity that is not there */
export function relationKeys(
  { entities, relations }: Annotations,
  match: RelationMatch,
  { symmetricLabels }: RelationScoring = {},
): Map<string, string> {
  const keyOf = match === "strict" ? typedKey : spanKey;
  return new Map(
    relations.map(({ head, tail, label }) => {
      const ends = [keyOf(entityAt(entities, head)), keyOf(entityAt(entities, tail))];
      if (symmetricLabels?.has(label)) ends.sort();
      return [JSON.stringify([...ends, label]), label];
    }),
  );
}

function entityAt(entities: readonly Entity[], position: number): Entity {
  const entity = entities[position];
  if (entity !== undefined) return entity;
  throw new RangeError(
    `Counting relations: one of them has entity ${position}, but its text has ${entities.length} entities.`,
  );
}
