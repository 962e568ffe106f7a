import { amountsOf } from "../corpus/amounts.ts";
import type { Document, Relation } from "../corpus/document.ts";
import type { NoticeLog } from "../corpus/notices.ts";
import { quote } from "../quote.ts";
import { candidatePairs } from "../corpus/pairs.ts";

/** A record of a format with one pair per record; `head` and `tail` are positions in `Document.entities`. */
export interface PairRecord {
  /** The id of the document, with `-<i>` appended if the document has several records. */
  readonly id: string;
  readonly head: number;
  readonly tail: number;
  /** The relation from head to tail. */
  readonly relation: Relation | undefined;
}

/** Chooses the pairs of a document that become records. */
export type ChoosePairs = (document: Document) => [head: number, tail: number][];

/** The pairs with a relation. */
export const relatedPairs: ChoosePairs = ({ relations }) => relations.map(({ head, tail }) => [head, tail]);

/**
 * Every two entities: in each direction that has a relation, or else once in their order. A record implies that the
 * opposite direction has no relation, so writing both would contradict the one that has a relation.
 */
export const directedPairs: ChoosePairs = ({ entities, relations }) => {
  const related = new Set(relations.map(({ head, tail }) => `${head} ${tail}`));
  return candidatePairs(entities.length).filter(
    ([head, tail]) => related.has(`${head} ${tail}`) || (head < tail && !related.has(`${tail} ${head}`)),
  );
};

/** Every two entities once, for formats whose label includes the direction. */
export const unorderedPairs: ChoosePairs = ({ entities, relations }) => {
  const backwards = new Set(
    relations.filter(({ head, tail }) => head > tail).map(({ head, tail }) => `${tail} ${head}`),
  );
  return candidatePairs(entities.length)
    .filter(([head, tail]) => head < tail)
    .map(([head, tail]) => (backwards.has(`${head} ${tail}`) ? [tail, head] : [head, tail]));
};

/**
 * A record for each of the chosen pairs. A document without a pair, or with a pair related in both directions, is
 * reported in `notices`.
 * @param noneLabels labels that mean "no relation" in the format: relations with such a label are left out
 */
export function* pairRecords(
  given: Document,
  choose: ChoosePairs,
  notices: NoticeLog,
  noneLabels: ReadonlySet<string> = new Set(),
): Generator<PairRecord> {
  const isNone = ({ label }: Relation): boolean => noneLabels.has(label);
  const document = given.relations.some(isNone)
    ? { ...given, relations: given.relations.filter((relation) => !isNone(relation)) }
    : given;
  const { id, entities, relations, source } = document;
  for (const { label } of given.relations.filter(isNone)) {
    const message = "relations with a label by which the format says that there is none, left out";
    notices.lose("label-of-none", message, source && { ...source, detail: quote(label, 30) }, { relations: 1 });
  }
  if (entities.length === 1) {
    const message = "documents with one entity, so without a pair, left out";
    notices.lose("one-entity", message, source, amountsOf(document));
  }
  const pairs = choose(document);
  if (entities.length === 2 && pairs.length === 2) {
    notices.add("both-directions", "documents related in both directions, written once for each", source);
  }
  const byPair = new Map(relations.map((relation) => [`${relation.head} ${relation.tail}`, relation]));
  for (const [i, [head, tail]] of pairs.entries()) {
    yield { id: pairs.length > 1 ? `${id}-${i}` : id, head, tail, relation: byPair.get(`${head} ${tail}`) };
  }
}

/** The id `<file name without extension>-<number>`, for records without an id of their own. */
export const numberedId = (fileName: string, number: number): string => `${fileName.split(".")[0]}-${number}`;
