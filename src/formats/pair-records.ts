import { amountsOf } from "../corpus/amounts.ts";
import type { Document, Relation } from "../corpus/document.ts";
import type { NoticeLog } from "../corpus/notices.ts";
import { quote } from "../quote.ts";
import { candidatePairs } from "../corpus/pairs.ts";

/** What becomes a record in a format where a record is a pair; `head` and `tail` are positions in `Document.entities`. */
export interface PairRecord {
  /** That of the document, with `-<i>` after it where the document has several records. */
  readonly id: string;
  readonly head: number;
  readonly tail: number;
  /** From head to tail. */
  readonly relation: Relation | undefined;
}

/** Which pairs of a document become records. */
export type ChoosePairs = (document: Document) => [head: number, tail: number][];

/** Those with a relation. */
export const relatedPairs: ChoosePairs = ({ relations }) => relations.map(({ head, tail }) => [head, tail]);

/**
 * Every two entities: in the directions that have a relation, or once in that of their order. A record says of the
 * direction that it does not name that it has no relation, so writing both would contradict the one that has.
 */
export const directedPairs: ChoosePairs = ({ entities, relations }) => {
  const related = new Set(relations.map(({ head, tail }) => `${head} ${tail}`));
  return candidatePairs(entities.length).filter(
    ([head, tail]) => related.has(`${head} ${tail}`) || (head < tail && !related.has(`${tail} ${head}`)),
  );
};

/** Every two entities once, for formats whose label tells the direction. */
export const unorderedPairs: ChoosePairs = ({ entities, relations }) => {
  const backwards = new Set(
    relations.filter(({ head, tail }) => head > tail).map(({ head, tail }) => `${tail} ${head}`),
  );
  return candidatePairs(entities.length)
    .filter(([head, tail]) => head < tail)
    .map(([head, tail]) => (backwards.has(`${head} ${tail}`) ? [tail, head] : [head, tail]));
};

/**
 * A record for each of the chosen pairs; a document that gives none, or says that it is two, is told in `notices`.
 * @param noneLabels labels by which the format says that there is no relation: a relation of that name is left out
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

/** `<name of the file without its ending>-<number>`, for records without an id of their own. */
export const numberedId = (fileName: string, number: number): string => `${fileName.split(".")[0]}-${number}`;
