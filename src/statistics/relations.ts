import type { Document, Entity } from "../corpus/document.ts";
import { Distribution, type DistributionSummary } from "./distribution.ts";
import type { Runs } from "./runs.ts";
import { Tally } from "./tally.ts";

export interface RelationStatistics {
  /** Relations as annotated, including self loops, repetitions and explicit negatives. */
  readonly total: number;
  readonly labels: readonly LabelCount[];
  /** Labels by the types of their ends, without self loops and explicit negatives. */
  readonly triples: readonly TripleCount[];
  readonly perDocument: DistributionSummary;
  readonly selfLoops: number;
  /** Relations that repeat an earlier one of the document. */
  readonly repeated: number;
  readonly pairs: PairStatistics;
  readonly distance: DistanceStatistics;
}

export interface LabelCount {
  readonly label: string;
  readonly count: number;
  readonly documents: number;
}

export interface TripleCount {
  readonly head: string;
  readonly label: string;
  readonly tail: string;
  readonly count: number;
}

/** Ordered pairs of two different entities of a document, each counted once. */
export interface PairStatistics {
  readonly total: number;
  /** Pairs with at least one relation. */
  readonly related: number;
  /** Pairs without a relation; divided by `total`, the share of NO_REL. */
  readonly unrelated: number;
  /** Related pairs with two or more different labels. */
  readonly severalLabels: number;
  /** Related pairs whose reverse pair is related too; always even. */
  readonly bothDirections: number;
  /** Unrelated pairs that are annotated as such. */
  readonly explicitNegatives: number;
}

/**
 * Distances from the end of one entity to the beginning of the other, for each related pair; 0 if they touch or
 * overlap.
 */
export interface DistanceStatistics {
  readonly characters: DistributionSummary;
  readonly words: DistributionSummary;
}

/** A related pair, as positions in the document's entities. */
export type RelatedPair = readonly [head: number, tail: number];

/** Counts the relations of documents. */
export class RelationCounter {
  readonly #noRelationLabel: string;
  readonly #labels = new Tally();
  readonly #labelDocuments = new Tally();
  readonly #triples = new Tally();
  readonly #perDocument = new Distribution();
  readonly #distanceInCharacters = new Distribution();
  readonly #distanceInWords = new Distribution();
  #selfLoops = 0;
  #repeated = 0;
  #pairs = 0;
  #related = 0;
  #severalLabels = 0;
  #bothDirections = 0;
  #explicitNegatives = 0;

  constructor(noRelationLabel: string) {
    this.#noRelationLabel = noRelationLabel;
  }

  /** @returns the related pairs of the document, each once */
  add({ entities, relations }: Document, words: Runs): RelatedPair[] {
    this.#perDocument.add(relations.length);
    this.#pairs += entities.length * (entities.length - 1);
    for (const label of new Set(relations.map(({ label }) => label))) this.#labelDocuments.add(label);

    const labelsOf = new Map<number, Set<string>>();
    const key = (head: number, tail: number): number => head * entities.length + tail;
    for (const { head, tail, label } of relations) {
      this.#labels.add(label);
      if (head === tail) this.#selfLoops++;
      const known = labelsOf.get(key(head, tail));
      if (known?.has(label)) this.#repeated++;
      else if (known) known.add(label);
      else labelsOf.set(key(head, tail), new Set([label]));
      if (head !== tail && label !== this.#noRelationLabel) {
        this.#triples.add(tripleName(entities[head]!, label, entities[tail]!));
      }
    }

    const related: RelatedPair[] = [];
    for (const [at, labels] of labelsOf) {
      const [head, tail] = [Math.floor(at / entities.length), at % entities.length];
      if (head === tail) continue;
      const positive = [...labels].filter((label) => label !== this.#noRelationLabel);
      if (positive.length > 0) related.push([head, tail]);
      else this.#explicitNegatives++;
      if (positive.length > 1) this.#severalLabels++;
    }
    this.#related += related.length;
    const relatedKeys = new Set(related.map(([head, tail]) => key(head, tail)));
    this.#bothDirections += related.filter(([head, tail]) => relatedKeys.has(key(tail, head))).length;
    for (const [head, tail] of related) this.#addDistance(entities[head]!, entities[tail]!, words);
    return related;
  }

  #addDistance(head: Entity, tail: Entity, words: Runs): void {
    const [first, second] = head.start <= tail.start ? [head, tail] : [tail, head];
    this.#distanceInCharacters.add(Math.max(0, second.start - first.end));
    this.#distanceInWords.add(words.between(first.end, second.start));
  }

  summary(): RelationStatistics {
    const documents = new Map(this.#labelDocuments.list().map(({ name, count }) => [name, count]));
    const labels = this.#labels
      .list()
      .map(({ name, count }) => ({ label: name, count, documents: documents.get(name)! }));
    const perDocument = this.#perDocument.summary();
    return {
      total: perDocument.sum,
      labels,
      triples: this.#triples.list().map(({ name, count }) => ({ ...parseTriple(name), count })),
      perDocument,
      selfLoops: this.#selfLoops,
      repeated: this.#repeated,
      pairs: {
        total: this.#pairs,
        related: this.#related,
        unrelated: this.#pairs - this.#related,
        severalLabels: this.#severalLabels,
        bothDirections: this.#bothDirections,
        explicitNegatives: this.#explicitNegatives,
      },
      distance: {
        characters: this.#distanceInCharacters.summary(),
        words: this.#distanceInWords.summary(),
      },
    };
  }
}

const tripleName = (head: Entity, label: string, tail: Entity): string => JSON.stringify([head.type, label, tail.type]);

function parseTriple(name: string): Omit<TripleCount, "count"> {
  const [head, label, tail] = JSON.parse(name) as [string, string, string];
  return { head, label, tail };
}
