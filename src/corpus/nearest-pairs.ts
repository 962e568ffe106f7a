import { inTextOrder, type CandidateBounds, type Exclusion } from "./candidates.ts";
import type { Entity } from "./document.ts";
import { pairCount } from "./pairs.ts";
import { mayBeRelated, type RelationSchema } from "./schema.ts";

type Pair = readonly [head: number, tail: number];

export interface NearestPairs {
  /** The pairs, in the order of candidatePairs. */
  readonly pairs: readonly Pair[];
  /** Number of the other ordered pairs that each bound leaves out. */
  readonly excluded: Readonly<Record<Exclusion, number>>;
}

/** Entities of one type in the order of the text: their ranks in that order, and their starts. */
interface Group {
  readonly type: string;
  readonly ranks: number[];
  readonly starts: number[];
}

/** Later entities of one group that an entity may be related to: those from position `from` on, up to a distance. */
interface Stream {
  readonly rank: number;
  readonly group: Group;
  readonly from: number;
  readonly directions: Directions;
}

/** Allowed directions: from the earlier entity to the later one, and back. */
interface Directions {
  readonly forward: boolean;
  readonly backward: boolean;
}

/**
 * The ordered pairs of a document that chooseCandidates keeps. The others are never created: memory grows with the
 * number of entities and with `maxPairs`, not with the square of the number of entities. Seen from one entity, the
 * entities after it are sorted by distance, so that a binary search counts the pairs up to a given distance; a second
 * binary search, over distances, finds the smallest distance that gives enough pairs.
 */
export function nearestPairs(
  entities: readonly Entity[],
  { schema, maxDistance = Infinity, maxPairs = Infinity }: CandidateBounds,
): NearestPairs {
  const order = inTextOrder(entities);
  const ends = order.map((entity) => entities[entity]!.end);
  const streams = streamsOf(entities, order, schema);
  const longest = entities.reduce((most, { end }) => Math.max(most, end), 0);
  const within = (distance: number): number => {
    let count = 0;
    for (const { rank, group, from, directions } of streams) {
      const length = upTo(group.starts, ends[rank]! + distance) - from;
      if (length > 0) count += length * (Number(directions.forward) + Number(directions.backward));
    }
    return count;
  };
  const allowed = within(longest);
  const near = within(Math.min(maxDistance, longest));
  const wanted = Math.min(maxPairs, near);
  const excluded = {
    types: pairCount(entities.length) - allowed,
    distance: allowed - near,
    count: near - wanted,
  };
  if (wanted === 0) return { pairs: [], excluded };

  let [enough, tooFew] = [Math.min(maxDistance, longest), -1];
  while (enough - tooFew > 1) {
    const middle = Math.floor((enough + tooFew) / 2);
    if (within(middle) >= wanted) enough = middle;
    else tooFew = middle;
  }
  // First all pairs nearer than the largest distance, then those at that distance, in the order of the text.
  const pairs: Pair[] = [];
  for (const { rank, group, from, directions } of enough > 0 ? streams : []) {
    for (let at = from; at < group.ranks.length && group.starts[at]! - ends[rank]! < enough; at++)
      pairs.push(...pairsOf(order[rank]!, order[group.ranks[at]!]!, directions));
  }
  for (let s = 0; s < streams.length && pairs.length < wanted;) {
    const { rank } = streams[s]!;
    const tied: { other: number; directions: Directions }[] = [];
    for (; streams[s]?.rank === rank; s++) {
      const { group, from, directions } = streams[s]!;
      const first = enough === 0 ? from : Math.max(from, upTo(group.starts, ends[rank]! + enough - 1));
      const last = Math.min(upTo(group.starts, ends[rank]! + enough), first + wanted - pairs.length);
      for (let at = first; at < last; at++) tied.push({ other: group.ranks[at]!, directions });
    }
    for (const { other, directions } of tied.sort((a, b) => a.other - b.other)) {
      for (const pair of pairsOf(order[rank]!, order[other]!, directions)) if (pairs.length < wanted) pairs.push(pair);
    }
  }
  return { pairs: pairs.sort(([a, b], [c, d]) => a - c || b - d), excluded };
}

/** Number of pairs that nearestPairs would return, without creating them. */
export function countCandidates(
  entities: readonly Entity[],
  { maxPairs = Infinity, ...bounds }: CandidateBounds,
): number {
  const isBounded = bounds.schema !== undefined || bounds.maxDistance !== undefined;
  if (!isBounded) return Math.min(maxPairs, pairCount(entities.length));
  return Math.min(maxPairs, nearestPairs(entities, { ...bounds, maxPairs: 0 }).excluded.count);
}

/** The pairs of two entities in the directions that the schema allows; the direction from `first` comes first. */
function pairsOf(first: number, second: number, { forward, backward }: Directions): Pair[] {
  const pairs: Pair[] = [];
  if (forward) pairs.push([first, second]);
  if (backward) pairs.push([second, first]);
  return first > second ? pairs.reverse() : pairs;
}

/** For each entity and each type that may be related to its own, the entities of that type after it. */
function streamsOf(
  entities: readonly Entity[],
  order: readonly number[],
  schema: RelationSchema | undefined,
): Stream[] {
  const typeOf = (entity: number): string => (schema ? entities[entity]!.type : "");
  const groups = new Map<string, Group>();
  for (const [rank, entity] of order.entries()) {
    const type = typeOf(entity);
    const group = groups.get(type) ?? { type, ranks: [], starts: [] };
    groups.set(type, group);
    group.ranks.push(rank);
    group.starts.push(entities[entity]!.start);
  }
  const partners = new Map(
    [...groups.keys()].map((type) => [
      type,
      [...groups.values()].flatMap((group) => {
        const forward = !schema || mayBeRelated(schema, type, group.type);
        const backward = !schema || mayBeRelated(schema, group.type, type);
        return forward || backward ? [{ group, directions: { forward, backward } }] : [];
      }),
    ]),
  );
  const passed = new Map([...groups.values()].map((group) => [group, 0]));
  return order.flatMap((entity, rank) => {
    const type = typeOf(entity);
    const own = groups.get(type)!;
    passed.set(own, passed.get(own)! + 1);
    return partners.get(type)!.map(({ group, directions }) => ({ rank, group, from: passed.get(group)!, directions }));
  });
}

/** How many of the sorted numbers are at most `limit`. */
function upTo(sorted: readonly number[], limit: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
