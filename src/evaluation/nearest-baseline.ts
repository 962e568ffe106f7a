import type { Document } from "../corpus/document.ts";
import type { PairExample } from "../corpus/pairs.ts";

/** The entity that a relation is looked for from: its head or its tail. */
type Anchor = "head" | "tail";

/** A relation from each anchor of one type to the nearest entity of another, and the share of such pairs that have it. */
export type NearestRule = readonly [label: number, anchor: Anchor, head: string, tail: string, share: number];

/** Relations that join an entity to the nearest candidate, as plain data. */
export interface NearestTable {
  /** The rules that are used, the surest first. */
  readonly rules: readonly NearestRule[];
}

/** Least share of the anchors of a relation that have just one partner, so that the relation is n-to-1 seen from them. */
const leastSingle = 0.9;

/**
 * Learns which relations join an entity to the nearest entity of a type: n-to-1 relations, since each entity then has one
 * partner at most. Rules are kept down to the share that gives the best micro F1 over relations on these pairs.
 * @returns undefined if no relation is n-to-1 from either side
 */
export function learnNearest(training: readonly PairExample[], noRelationId: number): NearestTable | undefined {
  const labelled = labelsByDocument(training, noRelationId);
  const single = singleAnchors(labelled);
  const anchors = new Map<string, number>();
  const hits = new Map<string, number>();
  const add = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const [document, labels] of labelled) {
    const near = nearestIn(document);
    for (const [anchor, { type }] of document.entities.entries()) {
      for (const partnerType of near.types) {
        const partner = near.from(anchor, partnerType);
        if (partner === undefined) continue;
        add(anchors, JSON.stringify([type, partnerType]));
        for (const side of ["head", "tail"] as const) {
          const pair = side === "head" ? [anchor, partner] : [partner, anchor];
          for (const label of labels.get(pair.join()) ?? [])
            if (single.has(`${side} ${label}`)) add(hits, JSON.stringify([label, side, type, partnerType]));
        }
      }
    }
  }
  const rules = [...hits].map(([key, right]): Counted => {
    const [label, side, type, partnerType] = JSON.parse(key) as [number, Anchor, string, string];
    const given = anchors.get(JSON.stringify([type, partnerType]))!;
    const [head, tail] = side === "head" ? [type, partnerType] : [partnerType, type];
    return { rule: [label, side, head, tail, right / given], right, given };
  });
  const kept = bestRules(rules, [...labelled.values()].flatMap((labels) => [...labels.values()].flat()).length);
  return kept.length > 0 ? { rules: kept } : undefined;
}

/** Labels that the rules give a pair, the surest first; none if it is not a pair of nearest entities. */
export function openNearest({ rules }: NearestTable): (example: PairExample) => readonly number[] {
  const byTypes = new Map<string, NearestRule[]>();
  for (const rule of rules) {
    const key = JSON.stringify([rule[2], rule[3]]);
    byTypes.set(key, [...(byTypes.get(key) ?? []), rule]);
  }
  return ({ document, head, tail }) => {
    const [headType, tailType] = [document.entities[head]!.type, document.entities[tail]!.type];
    const found = (byTypes.get(JSON.stringify([headType, tailType])) ?? []).filter(([, side]) =>
      side === "head"
        ? nearestIn(document).from(head, tailType) === tail
        : nearestIn(document).from(tail, headType) === head,
    );
    return [...new Set(found.map(([label]) => label))];
  };
}

/** By document the relations of each pair, as `head,tail`. */
function labelsByDocument(
  training: readonly PairExample[],
  noRelationId: number,
): Map<Document, Map<string, readonly number[]>> {
  const byDocument = new Map<Document, Map<string, readonly number[]>>();
  for (const { document, head, tail, labels } of training) {
    const known = byDocument.get(document) ?? new Map<string, readonly number[]>();
    byDocument.set(document, known);
    const relations = labels.filter((label) => label !== noRelationId);
    if (relations.length > 0) known.set(`${head},${tail}`, relations);
  }
  return byDocument;
}

/** The sides from which a relation is n-to-1, as `head 3`. */
function singleAnchors(labelled: ReadonlyMap<Document, ReadonlyMap<string, readonly number[]>>): Set<string> {
  const partners = new Map<string, Map<string, number>>();
  let number = 0;
  for (const labels of labelled.values()) {
    number++;
    for (const [pair, ofPair] of labels) {
      const [head, tail] = pair.split(",");
      for (const label of ofPair) {
        for (const [side, anchor] of [["head", head] as const, ["tail", tail] as const]) {
          const key = `${side} ${label}`;
          const counts = partners.get(key) ?? new Map<string, number>();
          partners.set(key, counts);
          counts.set(`${number} ${anchor}`, (counts.get(`${number} ${anchor}`) ?? 0) + 1);
        }
      }
    }
  }
  const isSingle = (counts: ReadonlyMap<string, number>): boolean =>
    [...counts.values()].filter((count) => count === 1).length >= leastSingle * counts.size;
  return new Set([...partners].flatMap(([key, counts]) => (isSingle(counts) ? [key] : [])));
}

interface Counted {
  readonly rule: NearestRule;
  readonly right: number;
  readonly given: number;
}

/** The surest rules, one for each relation and two types, as many as give the best micro F1; on ties the fewest. */
function bestRules(all: readonly Counted[], support: number): NearestRule[] {
  const bySureness = [...all].sort((a, b) => b.rule[4] - a.rule[4] || b.right - a.right || a.rule[0] - b.rule[0]);
  const seen = new Set<string>();
  const rules = bySureness.filter(({ rule: [label, , head, tail] }) => {
    const key = JSON.stringify([label, head, tail]);
    return !seen.has(key) && seen.add(key);
  });
  let [right, given, best, length] = [0, 0, 0, 0];
  for (const [i, rule] of rules.entries()) {
    right += rule.right;
    given += rule.given;
    const f1 = (2 * right) / (given + support);
    if (f1 > best) [best, length] = [f1, i + 1];
  }
  return rules.slice(0, length).map(({ rule }) => rule);
}

interface Nearest {
  /** Types of the entities of the document. */
  readonly types: readonly string[];
  /** The entity of a type with the fewest characters between it and another; on ties the earlier; undefined if none. */
  from(entity: number, type: string): number | undefined;
}

const known = new WeakMap<Document, Nearest>();

function nearestIn(document: Document): Nearest {
  const before = known.get(document);
  if (before) return before;
  const { entities } = document;
  const order = [...entities.keys()].sort(
    (a, b) => entities[a]!.start - entities[b]!.start || entities[a]!.end - entities[b]!.end || a - b,
  );
  const ranks = entities.map(() => 0);
  for (const [rank, entity] of order.entries()) ranks[entity] = rank;
  const byType = new Map<string, OfType>();
  for (const [rank, entity] of order.entries()) {
    const { type, end } = entities[entity]!;
    const of = byType.get(type) ?? { ranks: [], farthest: [] };
    byType.set(type, of);
    const last = of.farthest.at(-1);
    of.ranks.push(rank);
    of.farthest.push(last === undefined || end > entities[last]!.end ? entity : last);
  }
  const gap = (a: number, b: number): number =>
    Math.max(0, entities[b]!.start - entities[a]!.end, entities[a]!.start - entities[b]!.end);
  const nearest: Nearest = {
    types: [...byType.keys()],
    from(entity, type) {
      const of = byType.get(type);
      if (!of) return undefined;
      const place = firstFrom(of.ranks, ranks[entity]!);
      const before = of.farthest[place - 1];
      const next = of.ranks[of.ranks[place] === ranks[entity] ? place + 1 : place];
      if (next === undefined) return before;
      const after = order[next]!;
      return before === undefined || gap(entity, after) < gap(entity, before) ? after : before;
    },
  };
  known.set(document, nearest);
  return nearest;
}

/** Entities of one type in the order of the text. */
interface OfType {
  readonly ranks: number[];
  /** For each of them the entity that ends last among it and those before it. */
  readonly farthest: number[];
}

/** The position of the first of the sorted numbers that is at least `least`. */
function firstFrom(sorted: readonly number[], least: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
