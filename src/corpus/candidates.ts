import type { Document, Entity, Span } from "./document.ts";
import { mayBeRelated, type RelationSchema } from "./schema.ts";

/** A pair of entities, as positions in their document. */
export interface PairPlace {
  readonly document: Document;
  readonly head: number;
  readonly tail: number;
}

/** Which pairs the model is asked about. */
export interface CandidateBounds {
  /** Leaves out pairs of types that no relation of the schema joins; if absent, all types may be related. */
  readonly schema?: RelationSchema | undefined;
  /** Maximal number of characters between head and tail. */
  readonly maxDistance?: number | undefined;
  /**
   * Maximal number of pairs of one document. The pairs with the fewest characters between head and tail are kept; on
   * ties, those whose earlier entity, then whose later entity, comes first in the text. The choice does not depend on
   * the annotated relations.
   */
  readonly maxPairs?: number | undefined;
}

/** Why a pair is never shown to the model. */
export type Exclusion = "types" | "distance" | "count";

export interface Candidates<P> {
  readonly candidates: readonly P[];
  /** Scores count these as pairs predicted to have no relation: a relation among them is a miss. */
  readonly excluded: readonly { readonly pair: P; readonly why: Exclusion; readonly message: string }[];
}

/** Characters between two spans, 0 where they touch or overlap. */
export const distanceBetween = (a: Span, b: Span): number => Math.max(0, a.start - b.end, b.start - a.end);

/** The reason why a pair has no relation whatever its text says, if no relation of the schema joins its types. */
export const typesRuleOut = (schema: RelationSchema, head: Entity, tail: Entity): string | undefined =>
  mayBeRelated(schema, head.type, tail.type)
    ? undefined
    : `no relation of the schema joins ${head.type} to ${tail.type}`;

/** Separates the pairs within the bounds from the others; both keep the given order. */
export function chooseCandidates<P extends PairPlace>(
  pairs: readonly P[],
  { schema, maxDistance, maxPairs }: CandidateBounds,
): Candidates<P> {
  const reasons = new Map<P, { why: Exclusion; message: string }>();
  const remaining = new Map<Document, { pair: P; distance: number }[]>();
  for (const pair of pairs) {
    const { document, head, tail } = pair;
    const [from, to] = [document.entities[head]!, document.entities[tail]!];
    const distance = distanceBetween(from, to);
    const message = schema && typesRuleOut(schema, from, to);
    if (message !== undefined) {
      reasons.set(pair, { why: "types", message });
    } else if (maxDistance !== undefined && distance > maxDistance) {
      const message = `${distance} characters lie between the two, more than --max-distance ${maxDistance}`;
      reasons.set(pair, { why: "distance", message });
    } else {
      const ofDocument = remaining.get(document);
      if (ofDocument) ofDocument.push({ pair, distance });
      else remaining.set(document, [{ pair, distance }]);
    }
  }
  for (const [document, ofDocument] of remaining) {
    if (maxPairs === undefined || ofDocument.length <= maxPairs) continue;
    for (const { pair } of nearestFirst(document, ofDocument).slice(maxPairs)) {
      const message = `the document has ${ofDocument.length} pairs, of which the nearest ${maxPairs} are scored (--max-pairs)`;
      reasons.set(pair, { why: "count", message });
    }
  }
  return {
    candidates: pairs.filter((pair) => !reasons.has(pair)),
    excluded: pairs.flatMap((pair) => (reasons.has(pair) ? [{ pair, ...reasons.get(pair)! }] : [])),
  };
}

function nearestFirst<P extends PairPlace>(
  { entities }: Document,
  pairs: readonly { readonly pair: P; readonly distance: number }[],
): { readonly pair: P }[] {
  const ranks: number[] = [];
  for (const [rank, entity] of inTextOrder(entities).entries()) ranks[entity] = rank;
  return pairs
    .map(({ pair, distance }) => {
      const [head, tail] = [ranks[pair.head]!, ranks[pair.tail]!];
      return { pair, distance, earlier: Math.min(head, tail), later: Math.max(head, tail) };
    })
    .sort((a, b) => a.distance - b.distance || a.earlier - b.earlier || a.later - b.later || a.pair.head - b.pair.head);
}

/** Positions of entities in the order of the text. */
export const inTextOrder = (entities: readonly Span[]): number[] =>
  [...entities.keys()].sort(
    (a, b) => entities[a]!.start - entities[b]!.start || entities[a]!.end - entities[b]!.end || a - b,
  );
