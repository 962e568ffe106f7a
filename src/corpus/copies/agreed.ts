import type { Document, Entity, Relation } from "../document.ts";

export interface Agreement {
  readonly document: Document;
  /** Numbers of different entities and relations that at least one annotator has, but no more than half of them. */
  readonly others: { readonly entities: number; readonly relations: number };
}

/** Counts in how many copies each thing occurs; a thing that occurs twice in one copy counts once. */
class Votes<T> {
  readonly #votes = new Map<string, { readonly first: T; count: number }>();

  add(copy: ReadonlyMap<string, T>): void {
    for (const [key, thing] of copy) {
      const known = this.#votes.get(key);
      if (known) known.count++;
      else this.#votes.set(key, { first: thing, count: 1 });
    }
  }

  /** The things that more than half of the voters have, by key, in the order in which they were met; and the number of others. */
  majority(voters: number): { readonly kept: Map<string, T>; readonly others: number } {
    const kept = new Map<string, T>();
    for (const [key, { first, count }] of this.#votes) if (2 * count > voters) kept.set(key, first);
    return { kept, others: this.#votes.size - kept.size };
  }
}

const spanKey = ({ start, end, type }: Entity): string => JSON.stringify([start, end, type]);

interface Arc {
  readonly head: string;
  readonly tail: string;
  readonly relation: Relation;
}

/**
 * Makes the document on which more than half of the copies of a text agree: entities on the same characters with the
 * same type, and relations with the same label between such entities; where a label is symmetric, head and tail may be
 * exchanged. Everything else is taken from the first copy.
 */
export function agreedDocument(copies: readonly Document[], symmetricLabels: ReadonlySet<string>): Agreement {
  const entities = new Votes<Entity>();
  const arcs = new Votes<Arc>();
  for (const copy of copies) {
    entities.add(new Map(copy.entities.map((entity) => [spanKey(entity), entity])));
    const ofCopy = copy.relations.map((relation): [string, Arc] => {
      const [head, tail] = [spanKey(copy.entities[relation.head]!), spanKey(copy.entities[relation.tail]!)];
      const ends = symmetricLabels.has(relation.label) ? [head, tail].sort() : [head, tail];
      return [JSON.stringify([...ends, relation.label]), { head, tail, relation }];
    });
    arcs.add(new Map(ofCopy));
  }
  const { kept, others } = entities.majority(copies.length);
  const positions = new Map([...kept.keys()].map((key, i) => [key, i]));
  const agreed = arcs.majority(copies.length);
  const relations = [...agreed.kept.values()].flatMap(({ head, tail, relation }): Relation[] => {
    const [from, to] = [positions.get(head), positions.get(tail)];
    return from === undefined || to === undefined ? [] : [{ ...relation, head: from, tail: to }];
  });
  return {
    document: { ...copies[0]!, entities: [...kept.values()], relations },
    others: { entities: others, relations: agreed.others + agreed.kept.size - relations.length },
  };
}
