import type { Document, Entity, Relation } from "../corpus/document.ts";

export interface JoinedTexts {
  readonly documents: readonly Document[];
  /** Documents that became part of an earlier one. */
  readonly joined: number;
  /** Documents whose text comes earlier too, and whose annotations cannot be put together with those of the earlier one. */
  readonly apart: number;
}

/**
 * Puts documents of one text together, so that it is annotated once: a table with a pair on each row has a document for each
 * pair. Documents of more than two entities are put together only if they are annotated alike, since they may be the work of
 * several people.
 * @param isOwn whether a document has to stay one of its own, by its id
 */
export function joinSameTexts(
  documents: readonly Document[],
  isOwn: (id: string) => boolean = () => false,
): JoinedTexts {
  const byText = new Map<string, Document[]>();
  for (const document of documents) {
    const same = byText.get(document.text);
    if (same) same.push(document);
    else byText.set(document.text, [document]);
  }
  const isJoined = (same: readonly Document[]): boolean =>
    same.slice(1).every(({ id }) => !isOwn(id)) && (same.every(isPair) || areAlike(same));
  const unions = new Map<string, Document>();
  let apart = 0;
  for (const [text, same] of byText) {
    if (same.length === 1) continue;
    if (isJoined(same)) unions.set(text, union(same));
    else apart += same.length - 1;
  }
  const kept = documents.flatMap((document) => {
    const whole = unions.get(document.text);
    if (!whole) return [document];
    return document === byText.get(document.text)![0] ? [whole] : [];
  });
  return { documents: kept, joined: documents.length - kept.length, apart };
}

const isPair = ({ entities }: Document): boolean => entities.length <= 2;

function areAlike(documents: readonly Document[]): boolean {
  const keys = documents.map(({ entities, relations }) =>
    [
      ...entities.map((entity) => spanKey(entity)),
      ...relations.map(({ head, tail, label }) =>
        relationKey(spanKey(entities[head]!), spanKey(entities[tail]!), label),
      ),
    ]
      .sort()
      .join("\n"),
  );
  return keys.every((key) => key === keys[0]);
}

const spanKey = ({ start, end, type }: Entity): string => JSON.stringify([start, end, type]);
const relationKey = (head: string, tail: string, label: string): string => JSON.stringify([head, tail, label]);

/** The first document with the entities and relations of all, each once; an entity without a type is one that has any. */
function union(documents: readonly Document[]): Document {
  const entities: Entity[] = [];
  const relations = new Map<string, Relation>();
  const known = new Map<string, number>();
  const all = documents.flatMap((document) => document.entities);
  const placeOf = (entity: Entity): number => {
    const typed = entity.type === "" ? all.find((other) => isTypedTwin(other, entity)) : undefined;
    const one = typed ?? entity;
    const key = spanKey(one);
    if (!known.has(key)) known.set(key, entities.push(one) - 1);
    return known.get(key)!;
  };
  for (const { entities: own, relations: arcs } of documents) {
    const places = own.map(placeOf);
    for (const relation of arcs) {
      const [head, tail] = [places[relation.head]!, places[relation.tail]!];
      const key = relationKey(String(head), String(tail), relation.label);
      if (!relations.has(key)) relations.set(key, { ...relation, head, tail });
    }
  }
  return { ...documents[0]!, entities, relations: [...relations.values()] };
}

const isTypedTwin = (other: Entity, { start, end }: Entity): boolean =>
  other.start === start && other.end === end && other.type !== "";
