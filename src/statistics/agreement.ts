import type { Copy } from "../corpus/copies/copy-plan.ts";
import type { Document, Span } from "../corpus/document.ts";
import { LabelPairs } from "./kappa.ts";

/** Agreement of the annotators on texts that several of them annotated. */
export interface AgreementStatistics {
  /** Number of texts with several annotators. */
  readonly texts: number;
  /** The annotators, in the order in which they were met, with the number of these texts that each annotated. */
  readonly annotators: readonly { readonly name: string; readonly texts: number }[];
  readonly pairs: readonly PairAgreement[];
}

/** Agreement of two annotators over the texts that both annotated. */
export interface PairAgreement {
  readonly annotators: readonly [string, string];
  readonly texts: number;
  /**
   * Units are words; the label of a word is the set of types of the entities on it. Entities with equal ends and type
   * are shared.
   */
  readonly entities: UnitAgreement;
  /**
   * Units are the ordered pairs of spans that both marked. Relations with equal ends and label are shared, whatever the
   * types.
   */
  readonly relations: UnitAgreement;
}

export interface UnitAgreement {
  readonly units: number;
  /** Number of units that both labelled alike. */
  readonly agreed: number;
  /** Cohen's kappa over the units; null if both gave all of them one label. */
  readonly kappa: number | null;
  /** Numbers of entities, or relations, of each annotator and of both. */
  readonly first: number;
  readonly second: number;
  readonly shared: number;
  /** F1 of the shared ones; null if neither annotator has any. */
  readonly f1: number | null;
}

export interface AgreementOptions {
  /** A relation with this label counts as no relation. */
  readonly noRelationLabel: string;
  /** Labels that hold in both directions. */
  readonly symmetricLabels: ReadonlySet<string>;
}

/** Counts, text by text, what annotators have in common. */
export class AgreementCounter {
  readonly #options: AgreementOptions;
  readonly #annotators = new Map<string, number>();
  readonly #pairs = new Map<string, PairCounter>();
  #texts = 0;

  constructor(options: AgreementOptions) {
    this.#options = options;
  }

  /** @param copies copies of one text, each by another annotator */
  add(copies: readonly Copy[]): void {
    this.#texts++;
    const marked = copies
      .map(({ annotator, document }) => ({ annotator, marks: marksOf(document, this.#options) }))
      .sort((a, b) => (a.annotator < b.annotator ? -1 : 1));
    for (const [i, first] of marked.entries()) {
      this.#annotators.set(first.annotator, (this.#annotators.get(first.annotator) ?? 0) + 1);
      for (const second of marked.slice(i + 1)) {
        const key = JSON.stringify([first.annotator, second.annotator]);
        let pair = this.#pairs.get(key);
        if (!pair) this.#pairs.set(key, (pair = new PairCounter([first.annotator, second.annotator])));
        pair.add(first.marks, second.marks);
      }
    }
  }

  /** Undefined if no text has several annotators. */
  summary(): AgreementStatistics | undefined {
    if (this.#texts === 0) return undefined;
    return {
      texts: this.#texts,
      annotators: [...this.#annotators].map(([name, texts]) => ({ name, texts })),
      pairs: [...this.#pairs.values()].map((pair) => pair.summary()),
    };
  }
}

/** The annotations of one annotator in a text. */
interface Marks {
  /** Labels by word, in order; "" for a word without an entity. */
  readonly words: readonly string[];
  /** Ends and type of each entity. */
  readonly entities: ReadonlySet<string>;
  /** Ends of each entity, whatever its type. */
  readonly spans: ReadonlySet<string>;
  /** Ends of head and tail, and label, of each relation, a symmetric one in the order of the text. */
  readonly relations: ReadonlySet<string>;
  /** Labels of each related ordered pair of spans, by the spans. */
  readonly labels: ReadonlyMap<string, ReadonlySet<string>>;
}

const wordPattern = /[\p{L}\p{M}\p{N}]+/gu;
const spanKey = ({ start, end }: Span): string => `${start} ${end}`;
const pairKey = (head: string, tail: string): string => `${head} ${tail}`;

function marksOf(
  { text, entities, relations }: Document,
  { noRelationLabel, symmetricLabels }: AgreementOptions,
): Marks {
  const words = [...text.matchAll(wordPattern)].map(({ index, 0: word }) => ({
    start: index,
    end: index + word.length,
  }));
  const types: Set<string>[] = words.map(() => new Set());
  for (const { start, end, type } of entities) {
    for (let i = firstEndingAfter(words, start); i < words.length && words[i]!.start < end; i++) types[i]!.add(type);
  }
  const labels = new Map<string, Set<string>>();
  const relationKeys = new Set<string>();
  for (const { head, tail, label } of relations) {
    if (head === tail || label === noRelationLabel) continue;
    const ends: [string, string] = [spanKey(entities[head]!), spanKey(entities[tail]!)];
    const turned: [string, string] = [ends[1], ends[0]];
    const isSymmetric = symmetricLabels.has(label);
    const inOrder = isSymmetric && entities[tail]!.start < entities[head]!.start ? turned : ends;
    relationKeys.add(JSON.stringify([...inOrder, label]));
    for (const [from, to] of isSymmetric ? [ends, turned] : [ends]) {
      const key = pairKey(from, to);
      labels.set(key, (labels.get(key) ?? new Set()).add(label));
    }
  }
  return {
    words: types.map((ofWord) => (ofWord.size === 0 ? "" : JSON.stringify([...ofWord].sort()))),
    entities: new Set(entities.map((entity) => `${spanKey(entity)} ${entity.type}`)),
    spans: new Set(entities.map(spanKey)),
    relations: relationKeys,
    labels,
  };
}

/** Position of the first word that ends after `offset`. */
function firstEndingAfter(words: readonly Span[], offset: number): number {
  let [low, high] = [0, words.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (words[middle]!.end <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

class PairCounter {
  readonly #annotators: readonly [string, string];
  readonly #words = new LabelPairs();
  readonly #spanPairs = new LabelPairs();
  readonly #entities = new SharedCounter();
  readonly #relations = new SharedCounter();
  #texts = 0;

  constructor(annotators: readonly [string, string]) {
    this.#annotators = annotators;
  }

  add(first: Marks, second: Marks): void {
    this.#texts++;
    for (const [i, label] of first.words.entries()) this.#words.add(label, second.words[i]!);
    this.#entities.add(first.entities, second.entities);
    this.#relations.add(first.relations, second.relations);

    const spans = new Set([...first.spans].filter((span) => second.spans.has(span)));
    const isShared = (key: string): boolean => {
      const parts = key.split(" ");
      return spans.has(parts.slice(0, 2).join(" ")) && spans.has(parts.slice(2).join(" "));
    };
    // Pairs that neither annotator relates are counted together, since there are very many.
    const related = [...new Set([...first.labels.keys(), ...second.labels.keys()])].filter(isShared);
    const nameOf = (labels: ReadonlySet<string> | undefined): string =>
      labels ? JSON.stringify([...labels].sort()) : "";
    for (const key of related) this.#spanPairs.add(nameOf(first.labels.get(key)), nameOf(second.labels.get(key)));
    this.#spanPairs.add("", "", spans.size * (spans.size - 1) - related.length);
  }

  summary(): PairAgreement {
    return {
      annotators: this.#annotators,
      texts: this.#texts,
      entities: unitAgreement(this.#words, this.#entities),
      relations: unitAgreement(this.#spanPairs, this.#relations),
    };
  }
}

class SharedCounter {
  first = 0;
  second = 0;
  shared = 0;

  add(first: ReadonlySet<string>, second: ReadonlySet<string>): void {
    this.first += first.size;
    this.second += second.size;
    for (const key of first) if (second.has(key)) this.shared++;
  }
}

const unitAgreement = (units: LabelPairs, { first, second, shared }: SharedCounter): UnitAgreement => ({
  units: units.total,
  agreed: units.agreed,
  kappa: units.kappa,
  first,
  second,
  shared,
  f1: first + second === 0 ? null : (2 * shared) / (first + second),
});
