import type { PairPlace } from "../corpus/candidates.ts";
import type { Document } from "../corpus/document.ts";
import type { PairExample } from "../corpus/pairs.ts";

/** The features of a pair without its text: both types, which comes first, how many entities begin in between. */
type Key = readonly [head: string, tail: string, order: "head first" | "tail first", distance: Distance];
type Distance = "0" | "1" | "2" | "3-4" | "5+";

/** The learnt look-up as plain data. */
export interface LookupTable {
  /** The least share of a key's pairs that must have a relation for it to be predicted. */
  readonly threshold: number;
  /**
   * The predicted relations by key, which is a JSON list. A key that is missing is looked up without its distance, then
   * without its order: it was never seen, or the shorter key gives the same relations.
   */
  readonly labels: Readonly<Record<string, readonly number[]>>;
}

export interface LookupOptions {
  readonly noRelationId: number;
  /** Whether a pair may have several labels; if not, only the most frequent relation is predicted. */
  readonly multiLabel: boolean;
}

/**
 * Learns which relations pairs have by the types of head and tail, which of them comes first, and how many entities
 * begin between them. The threshold is the one with the best micro F1 over relations on these same pairs, on ties the
 * highest.
 */
export function learnLookup(training: readonly PairExample[], options: LookupOptions): LookupTable {
  const byKey = new Map<string, Counts>();
  for (const example of training) {
    for (const name of pairKeys(example)) {
      const counts = byKey.get(name) ?? { pairs: 0, labels: new Map() };
      byKey.set(name, counts);
      counts.pairs++;
      for (const label of example.labels) counts.labels.set(label, (counts.labels.get(label) ?? 0) + 1);
    }
  }
  const longest = new Set(training.map((example) => pairKeys(example)[0]!));
  const threshold = bestThreshold(
    [...longest].map((name) => byKey.get(name)!),
    options,
  );
  const given = new Map(
    [...byKey].map(([name, counts]) => {
      const labels = relationsOf(counts, options).filter(({ share }) => share >= threshold);
      return [name, labels.map(({ label }) => label)] as const;
    }),
  );
  const isTold = (name: string): boolean => {
    const shorter = shorterName(name);
    return shorter === undefined || given.get(shorter)!.join() !== given.get(name)!.join();
  };
  return { threshold, labels: Object.fromEntries([...given].filter(([name]) => isTold(name))) };
}

/** The predicted relations of a pair, which may be none; undefined if its types never occurred together. */
export function openLookup({ labels }: LookupTable): (example: PairExample) => readonly number[] | undefined {
  const byName = new Map(Object.entries(labels));
  return (example) => {
    const name = pairKeys(example).find((one) => byName.has(one));
    return name === undefined ? undefined : byName.get(name);
  };
}

interface Counts {
  pairs: number;
  readonly labels: Map<number, number>;
}

interface RelationShare {
  readonly label: number;
  readonly count: number;
  readonly share: number;
}

/** The relations of a key, the most frequent first; only the first if a pair has one label. */
function relationsOf({ labels, pairs }: Counts, { noRelationId, multiLabel }: LookupOptions): RelationShare[] {
  const relations = [...labels]
    .filter(([label]) => label !== noRelationId)
    .sort(([a, x], [b, y]) => y - x || a - b)
    .map(([label, count]) => ({ label, count, share: count / pairs }));
  return multiLabel ? relations : relations.slice(0, 1);
}

function bestThreshold(keys: readonly Counts[], options: LookupOptions): number {
  const support = keys
    .flatMap(({ labels }) => [...labels])
    .reduce((sum, [label, count]) => (label === options.noRelationId ? sum : sum + count), 0);
  const answers = keys
    .flatMap((counts) => relationsOf(counts, options).map((relation) => ({ ...relation, pairs: counts.pairs })))
    .sort((a, b) => b.share - a.share);
  let [right, given] = [0, 0];
  let best = { f1: 0, threshold: 1 };
  for (const [i, { share, count, pairs }] of answers.entries()) {
    right += count;
    given += pairs;
    if (answers[i + 1]?.share === share) continue;
    const f1 = (2 * right) / (given + support);
    if (f1 > best.f1) best = { f1, threshold: share };
  }
  return best.threshold;
}

/** Keys that a pair is looked up by, the longest first. */
export const pairKeys = (place: PairPlace): string[] => {
  const key = keyOf(place);
  return [4, 3, 2].map((length) => JSON.stringify(key.slice(0, length)));
};

function shorterName(name: string): string | undefined {
  const key = JSON.parse(name) as string[];
  return key.length > 2 ? JSON.stringify(key.slice(0, -1)) : undefined;
}

function keyOf({ document, head, tail }: PairPlace): Key {
  const ranks = ranksOf(document);
  const [from, to] = [ranks[head]!, ranks[tail]!];
  const types = [document.entities[head]!.type, document.entities[tail]!.type] as const;
  return [...types, from < to ? "head first" : "tail first", distanceOf(Math.abs(to - from) - 1)];
}

const distanceOf = (between: number): Distance =>
  between < 3 ? (String(between) as Distance) : between < 5 ? "3-4" : "5+";

const known = new WeakMap<Document, readonly number[]>();

/** The rank of each entity by its start; on ties the shorter comes first, then the one listed first. */
function ranksOf(document: Document): readonly number[] {
  const before = known.get(document);
  if (before) return before;
  const { entities } = document;
  const order = [...entities.keys()].sort(
    (a, b) => entities[a]!.start - entities[b]!.start || entities[a]!.end - entities[b]!.end || a - b,
  );
  const ranks = entities.map(() => 0);
  for (const [rank, entity] of order.entries()) ranks[entity] = rank;
  known.set(document, ranks);
  return ranks;
}
