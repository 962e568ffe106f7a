import { amountsOf, minus, nothing } from "../corpus/amounts.ts";
import type { Document, Entity, Relation } from "../corpus/document.ts";
import type { NoticeLog } from "../corpus/notices.ts";
import { quote } from "../quote.ts";
import { rewrittenText } from "./tokens.ts";

/**
 * Features that a format may or may not hold. Every format holds texts, spans, and directed relations with a label
 * between two of a document's entities.
 */
export type Feature =
  /** Ids of documents. */
  | "ids"
  /** Exact texts, not tokens to be joined by spaces. */
  | "exact-text"
  | "entity-types"
  /** More than two entities in a document. */
  | "many-entities"
  /** Entities that share characters. */
  | "overlapping-entities"
  /** Two entities on the same characters. */
  | "equal-spans"
  /** Spans that begin or end inside a word or with white space. */
  | "rough-spans"
  /** Entities without any relation. */
  | "unrelated-entities"
  /** Documents without any entity. */
  | "empty-documents"
  /** Several relations from one entity to another. */
  | "several-labels"
  /** Relations in both directions between two entities. */
  | "both-directions"
  /** Relations of an entity with itself. */
  | "self-loops"
  /** Relations with the no-relation label (NO_REL, no_relation). */
  | "explicit-negatives"
  | "probabilities"
  | "metadata";

interface Loss {
  readonly message: string;
  /** Removes the feature from a document; `count` is how often the document had it. */
  reduce(document: Document, noRelationLabel: string): { document: Document | undefined; count: number };
}

/** The document without the entities at these positions and the relations that touch them. */
export function withoutEntities(document: Document, dropped: ReadonlySet<number>): Document {
  if (dropped.size === 0) return document;
  const positions = new Map<number, number>();
  const entities: Entity[] = [];
  for (const [i, entity] of document.entities.entries()) {
    if (dropped.has(i)) continue;
    positions.set(i, entities.length);
    entities.push(entity);
  }
  const relations = document.relations
    .filter(({ head, tail }) => !dropped.has(head) && !dropped.has(tail))
    .map((relation) => ({ ...relation, head: positions.get(relation.head)!, tail: positions.get(relation.tail)! }));
  return { ...document, entities, relations };
}

function keepRelations(
  document: Document,
  keep: (relation: Relation, i: number) => boolean,
): ReturnType<Loss["reduce"]> {
  const relations = document.relations.filter(keep);
  const count = document.relations.length - relations.length;
  return { document: count === 0 ? document : { ...document, relations }, count };
}

function dropEntities(document: Document, drop: (entity: Entity, i: number) => boolean): ReturnType<Loss["reduce"]> {
  const dropped = new Set(document.entities.flatMap((entity, i) => (drop(entity, i) ? [i] : [])));
  return { document: withoutEntities(document, dropped), count: dropped.size };
}

/** A filter that keeps the first item of each key. */
function firsts<T>(keyOf: (item: T) => string): (item: T) => boolean {
  const seen = new Set<string>();
  return (item) => !seen.has(keyOf(item)) && seen.add(keyOf(item)) !== undefined;
}

const roughEdge = /^\s|\s$/;

/** In the order in which they are applied: anything dropped early is not counted again. */
const losses: Readonly<Record<Feature, Loss>> = {
  "explicit-negatives": {
    message: "relations that say that none holds, left out",
    reduce: (document, none) => keepRelations(document, ({ label }) => label !== none),
  },
  "self-loops": {
    message: "relations of an entity with itself, left out",
    reduce: (document) => keepRelations(document, ({ head, tail }) => head !== tail),
  },
  "several-labels": {
    message: "second and further relations from one entity to another, left out",
    reduce: (document) =>
      keepRelations(
        document,
        firsts(({ head, tail }) => `${head} ${tail}`),
      ),
  },
  "both-directions": {
    message: "relations against the direction of one already kept, left out",
    reduce(document) {
      const directions = new Map<string, number>();
      return keepRelations(document, ({ head, tail }) => {
        const pair = `${Math.min(head, tail)} ${Math.max(head, tail)}`;
        if (!directions.has(pair)) directions.set(pair, head);
        return directions.get(pair) === head;
      });
    },
  },
  "rough-spans": {
    message: "spans with white space at an end, trimmed",
    reduce(document) {
      let count = 0;
      const entities = document.entities.map((entity) => {
        const surface = document.text.slice(entity.start, entity.end);
        if (!roughEdge.test(surface)) return entity;
        count++;
        const start = entity.start + surface.length - surface.trimStart().length;
        return { ...entity, start, end: start + surface.trim().length };
      });
      return { document: count === 0 ? document : { ...document, entities }, count };
    },
  },
  "equal-spans": {
    message: "entities on the same characters as an earlier one, left out with their relations",
    reduce(document) {
      const isFirst = firsts(({ start, end }: Entity) => `${start} ${end}`);
      return dropEntities(document, (entity) => !isFirst(entity));
    },
  },
  "overlapping-entities": {
    message: "entities that share characters with an earlier one, left out with their relations",
    reduce(document) {
      const kept: Entity[] = [];
      return dropEntities(document, (entity) => {
        const overlaps = kept.some(({ start, end }) => entity.start < end && start < entity.end);
        if (!overlaps) kept.push(entity);
        return overlaps;
      });
    },
  },
  "unrelated-entities": {
    message: "entities without a relation, left out",
    reduce(document) {
      const related = new Set(document.relations.flatMap(({ head, tail }) => [head, tail]));
      return dropEntities(document, (_, i) => !related.has(i));
    },
  },
  "empty-documents": {
    message: "documents without any entity, left out",
    reduce: (document) => (document.entities.length === 0 ? { document: undefined, count: 1 } : { document, count: 0 }),
  },
  "many-entities": {
    message: "documents of more than two entities, written once for each pair",
    reduce: (document) => ({ document, count: document.entities.length > 2 ? 1 : 0 }),
  },
  "entity-types": {
    message: "types of entities, left out",
    reduce(document) {
      const count = document.entities.filter(({ type }) => type !== "").length;
      const entities = document.entities.map(({ start, end }) => ({ start, end, type: "" }));
      return { document: count === 0 ? document : { ...document, entities }, count };
    },
  },
  probabilities: {
    message: "probabilities of relations, left out",
    reduce(document) {
      const count = document.relations.filter(({ probability }) => probability !== undefined).length;
      const relations = document.relations.map(({ head, tail, label }) => ({ head, tail, label }));
      return { document: count === 0 ? document : { ...document, relations }, count };
    },
  },
  metadata: {
    message: "documents with metadata, which is left out",
    reduce({ metadata, ...document }) {
      return { document, count: metadata && Object.keys(metadata).length > 0 ? 1 : 0 };
    },
  },
  // The writer itself makes the changes below: new ids are only counted here, a changed text is counted by the writer.
  ids: {
    message: "ids of documents, replaced by their number",
    reduce: (document) => ({ document, count: 1 }),
  },
  "exact-text": {
    message: rewrittenText,
    // See writtenTokens.
    reduce: (document) => ({ document, count: 0 }),
  },
};

export const allFeatures = Object.keys(losses) as Feature[];

/** All features but these; most formats hold nearly everything. */
export const allBut = (...lost: readonly Feature[]): ReadonlySet<Feature> =>
  new Set(allFeatures.filter((feature) => !lost.includes(feature)));

/**
 * Reduces the document to what a format holds; undefined if nothing is left. Each kind of loss is counted in `notices`
 * under `lost-<feature>`.
 */
export function reduceTo(
  holds: ReadonlySet<Feature>,
  given: Document,
  noRelationLabel: string,
  notices: NoticeLog,
): Document | undefined {
  let document = given;
  for (const feature of allFeatures) {
    if (holds.has(feature)) continue;
    const loss = losses[feature];
    const { document: kept, count } = loss.reduce(document, noRelationLabel);
    if (count > 0) {
      const at = given.source && { ...given.source, detail: `document ${quote(given.id, 30)}` };
      const lost = minus(amountsOf(document), kept ? amountsOf(kept) : nothing);
      const isElsewhere = lost.documents + lost.entities + lost.relations > 0 || feature === "many-entities";
      for (let i = 0; i < count; i++) {
        // Count the amounts once: a document that loses an entity loses its relations too.
        const amounts = isElsewhere ? (i === 0 ? lost : nothing) : { other: 1 };
        notices.lose(`lost-${feature}`, loss.message, at, amounts);
      }
    }
    if (!kept) return undefined;
    document = kept;
  }
  return document;
}
