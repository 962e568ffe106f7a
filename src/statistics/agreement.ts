import type { Copy } from "../corpus/copies/copy-plan.ts";
import type { Document, Span } from "../corpus/document.ts";
import { LabelPairs } from "./kappa.ts";

/** How far annotators agree where they annotated the same texts. */
export interface AgreementStatistics {
  /** Texts with annotations by several. */
  readonly texts: number;
  /** With how many of these texts each annotated, the first met first. */
  readonly annotators: readonly { readonly name: string; readonly texts: number }[];
  readonly pairs: readonly PairAgreement[];
}

/** Of two annotators, over the texts that both annotated. */
export interface PairAgreement {
  readonly annotators: readonly [string, string];
  readonly texts: number;
  /** Units are words; the label of a word is the types of the entities on it. Those of equal ends and type are shared. */
  readonly entities: UnitAgreement;
  /** Units are the ordered pairs of spans that both marked; those of equal ends and label are shared, of whatever types. */
  readonly relations: UnitAgreement;
}

export interface UnitAgreement {
  readonly units: number;
  /** Units that both labelled alike. */
  readonly agreed: number;
  /** Cohen's kappa over the units; null where both gave all of them one label. */
  readonly kappa: number | null;
  /** How many entities, or relations, each has, and how many both have. */
  readonly first: number;
  readonly second: number;
  readonly shared: number;
  /** Of the shared among those of each; null where neither has any. */
  readonly f1: number | null;
}

export interface AgreementOptions {
  /** A relation with this label counts as none. */
  readonly noRelationLabel: string;
  /** Labels that hold in both directions. */
  readonly symmetricLabels: ReadonlySet<string>;
}

/** Counts what annotators have in common, text by text. */
export class AgreementCounter {
  readonly #options: AgreementOptions;
  readonly #annotators = new Map<string, number>();
  readonly #pairs = new Map<string, PairCounter>();
  #texts = 0;

  constructor(options: AgreementOptions) {
    this.#options = options;
  }

  /** @param copies of one text, each by another annotator */
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

  /** Undefined where no text has several annotators. */
  summary(): AgreementStatistics | undefined {
    if (this.#texts === 0) return undefined;
    return {
      texts: this.#texts,
      annotators: [...this.#annotators].map(([name, texts]) => ({ name, texts })),
      pairs: [...this.#pairs.values()].map((pair) => pair.summary()),
    };
  }
}

/** The marks of one annotator in a text. */
interface Marks {
  /** By word, in order; "" for a word that no entity is on. */
  readonly words: readonly string[];
  /** Ends and type of each entity. */
  readonly entities: ReadonlySet<string>;
  /** Ends of each entity, whatever its type. */
  readonly spans: ReadonlySet<string>;
  /** Ends of head and tail, and label, of each relation, a symmetric one in the order of the text. */
  readonly relations: ReadonlySet<string>;
  /** Labels of each ordered pair of spans that is related, by the spans. */
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

/** Place of the first word that ends after `offset`. */
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
    // Pairs that neither relates are counted as a whole: there are very many.
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
