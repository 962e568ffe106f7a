import type { Entity } from "../../corpus/document.ts";
import type { Annotations, FoundRelations, RelationScoring } from "./relation-scores.ts";
import { overlap, sameBoundaries, typedKey } from "./found-spans.ts";

/**
 * Causes of a missed relation, the first that holds: an entity of it overlaps nothing that was found; one was found with
 * other boundaries; one with another type; both were found, but what was said of them is wrong (another label, or the
 * other direction); nothing was said of them.
 */
export const missCauseNames = ["entity", "boundaries", "type", "label", "noRelation"] as const;

export type MissCause = (typeof missCauseNames)[number];

export type CauseCounts = Readonly<Record<MissCause, number>>;

/** Missed relations by cause; the causes add up to the strict misses of all, and of each label. */
export interface Misses {
  /** Number of annotated relations, found or not. */
  readonly gold: number;
  readonly missed: number;
  readonly causes: CauseCounts;
  /** Every label that was missed, in the order of their names. */
  readonly perLabel: readonly { readonly label: string; readonly missed: number; readonly causes: CauseCounts }[];
}

/** Splits the relations that strict scoring counts as missed by their cause. */
export function missCauses(documents: Iterable<FoundRelations>, { symmetricLabels }: RelationScoring = {}): Misses {
  const byLabel = new Map<string, Record<MissCause, number>>();
  let gold = 0;
  for (const document of documents) {
    const isSymmetric = (label: string): boolean => symmetricLabels?.has(label) ?? false;
    const annotated = new Said(document.gold, isSymmetric);
    const found = new Said(document.found, isSymmetric);
    gold += annotated.relations.size;
    for (const relation of annotated.relations.values()) {
      if (found.has(relation)) continue;
      const counts = byLabel.get(relation.label) ?? noCauses();
      byLabel.set(relation.label, counts);
      counts[causeOf(relation, { annotated, found, entities: document.found.entities })]++;
    }
  }
  const perLabel = [...byLabel]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, causes]) => ({ label, missed: total(causes), causes }));
  const causes = noCauses();
  for (const one of perLabel) for (const name of missCauseNames) causes[name] += one.causes[name];
  return { gold, missed: total(causes), causes, perLabel };
}

const noCauses = (): Record<MissCause, number> => ({ entity: 0, boundaries: 0, type: 0, label: 0, noRelation: 0 });

const total = (causes: CauseCounts): number => missCauseNames.reduce((sum, name) => sum + causes[name], 0);

interface Statement {
  readonly head: Entity;
  readonly tail: Entity;
  readonly label: string;
}

/** The relations of one text, by what they say. */
class Said {
  readonly relations = new Map<string, Statement>();
  readonly #isSymmetric: (label: string) => boolean;

  constructor({ entities, relations }: Annotations, isSymmetric: (label: string) => boolean) {
    this.#isSymmetric = isSymmetric;
    for (const { head, tail, label } of relations) {
      const statement = { head: entities[head]!, tail: entities[tail]!, label };
      this.relations.set(this.#key(statement), statement);
    }
  }

  has(statement: Statement): boolean {
    return this.relations.has(this.#key(statement));
  }

  #key({ head, tail, label }: Statement): string {
    const ends = [typedKey(head), typedKey(tail)];
    if (this.#isSymmetric(label)) ends.sort();
    return JSON.stringify([...ends, label]);
  }
}

interface Texts {
  readonly annotated: Said;
  readonly found: Said;
  readonly entities: readonly Entity[];
}

function causeOf({ head, tail, label }: Statement, { annotated, found, entities }: Texts): MissCause {
  const ends = [head, tail].map((entity) => entityState(entity, entities));
  for (const cause of ["entity", "boundaries", "type"] as const) if (ends.includes(cause)) return cause;
  const reversed = { head: tail, tail: head, label };
  if (found.has(reversed) && !annotated.has(reversed)) return "label";
  const isOfPair = (other: Statement): boolean =>
    typedKey(other.head) === typedKey(head) && typedKey(other.tail) === typedKey(tail);
  // A right relation of the same pair is no wrong label: the pair may have several.
  const wrong = [...found.relations.values()].some((other) => isOfPair(other) && !annotated.has(other));
  return wrong ? "label" : "noRelation";
}

/** How an annotated entity was found: undefined if it was. */
function entityState(entity: Entity, entities: readonly Entity[]): "entity" | "boundaries" | "type" | undefined {
  const same = entities.filter((other) => sameBoundaries(other, entity));
  if (same.some(({ type }) => type === entity.type)) return undefined;
  if (same.length > 0) return "type";
  return entities.some((other) => overlap(other, entity)) ? "boundaries" : "entity";
}
