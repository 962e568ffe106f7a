import type { Document, Entity, Span } from "../corpus/document.ts";
import { Distribution, type DistributionSummary } from "./distribution.ts";
import { wordsOf } from "./runs.ts";
import { Tally } from "./tally.ts";

export interface EntityStatistics {
  readonly total: number;
  /** Counts by type; "" stands for entities without a type. */
  readonly types: readonly { readonly type: string; readonly count: number }[];
  readonly perDocument: DistributionSummary;
  /** Numbers of words per entity. */
  readonly words: DistributionSummary;
  /** Entities that share characters with another entity, whatever their types. */
  readonly overlapping: number;
  /** Of these, entities inside a longer one. */
  readonly nested: number;
  /** Of these, entities on the same characters as another one. */
  readonly equalSpans: number;
  /** Entities that no relation touches. */
  readonly unrelated: number;
}

/** Counts the entities of documents. */
export class EntityCounter {
  readonly #types = new Tally();
  readonly #perDocument = new Distribution();
  readonly #words = new Distribution();
  #total = 0;
  #overlapping = 0;
  #nested = 0;
  #equalSpans = 0;
  #unrelated = 0;

  add({ text, entities, relations }: Document): void {
    this.#total += entities.length;
    this.#perDocument.add(entities.length);
    for (const { type, start, end } of entities) {
      this.#types.add(type);
      // Counts the words of the entity's own text: if the span cuts a word, the part counts as one.
      this.#words.add(wordsOf(text.slice(start, end)).total);
    }
    const { overlapping, nested, equalSpans } = sharedCharacters(entities);
    this.#overlapping += overlapping;
    this.#nested += nested;
    this.#equalSpans += equalSpans;
    this.#unrelated += entities.length - new Set(relations.flatMap(({ head, tail }) => [head, tail])).size;
  }

  summary(): EntityStatistics {
    return {
      total: this.#total,
      types: this.#types.list().map(({ name, count }) => ({ type: name, count })),
      perDocument: this.#perDocument.summary(),
      words: this.#words.summary(),
      overlapping: this.#overlapping,
      nested: this.#nested,
      equalSpans: this.#equalSpans,
      unrelated: this.#unrelated,
    };
  }
}

/** A span of a text, with the number of entities on it. */
interface Place extends Span {
  readonly entities: number;
}

/** The different spans, sorted by start; on ties the longest first. */
function placesOf(entities: readonly Entity[]): Place[] {
  const counts = new Map<string, Place>();
  for (const { start, end } of entities) {
    const key = `${start} ${end}`;
    counts.set(key, { start, end, entities: (counts.get(key)?.entities ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => a.start - b.start || b.end - a.end);
}

export function sharedCharacters(
  entities: readonly Entity[],
): Pick<EntityStatistics, "overlapping" | "nested" | "equalSpans"> {
  const places = placesOf(entities);
  let [overlapping, nested, equalSpans] = [0, 0, 0];
  let farthestEnd = 0;
  for (const [i, place] of places.entries()) {
    const isEqual = place.entities > 1;
    // All longer spans around it come before it, and of those after it, its successor begins first.
    const isNested = place.end <= farthestEnd;
    const next = places[i + 1];
    if (isEqual) equalSpans += place.entities;
    if (isNested) nested += place.entities;
    if (isEqual || place.start < farthestEnd || (next && next.start < place.end)) overlapping += place.entities;
    farthestEnd = Math.max(farthestEnd, place.end);
  }
  return { overlapping, nested, equalSpans };
}
