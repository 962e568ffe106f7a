import type { Document } from "./document.ts";
import { noRelationId, requireLabelId, type LabelSchema } from "./labels.ts";
import type { NoticeLog } from "./notices.ts";
import { quote } from "./quote.ts";

/** One question to the model: which relation holds from one entity of a document to another. */
export interface PairExample {
  /** `<document id>-<i>`, counting the pairs of the document from 0. */
  readonly id: string;
  readonly document: Document;
  /** Position in `document.entities`. */
  readonly head: number;
  /** Position in `document.entities`. */
  readonly tail: number;
  /** Label id; that of the no-relation label where none holds. */
  readonly label: number;
}

/** Every ordered pair of two different entities, as `itertools.permutations(range(entityCount), 2)` of Python lists them. */
export function candidatePairs(entityCount: number): [head: number, tail: number][] {
  const pairs: [number, number][] = [];
  for (let head = 0; head < entityCount; head++) {
    for (let tail = 0; tail < entityCount; tail++) if (head !== tail) pairs.push([head, tail]);
  }
  return pairs;
}

/**
 * Every ordered pair of two different entities once: the annotated relations in their order, then all other pairs as
 * no-relation in the order of candidatePairs.
 *
 * A pair has one label, so three kinds of relation are left out and counted in `notices`, with the number of
 * relations as total: a relation of an entity with itself (`self-loop`), the repetition of a relation
 * (`duplicate-relation`), and a second, different label of the same ordered pair (`second-label`: the first in file
 * order is kept). A relation annotated with the no-relation label is an explicit negative: it stands among the other
 * pairs, and being first it also keeps a later label off its pair.
 * @throws {UnknownLabelError} for a label that the schema does not have.
 */
export function makePairs(document: Document, schema: LabelSchema, notices: NoticeLog): PairExample[] {
  const { entities, relations, source } = document;
  const noRelation = noRelationId(schema);
  const labels = new Map<number, number>();
  const position = (head: number, tail: number): number => head * entities.length + tail;

  for (const code of ["self-loop", "duplicate-relation", "second-label"]) notices.addToTotal(code, relations.length);
  for (const { head, tail, label } of relations) {
    const at = source && { ...source, detail: quote(label) };
    if (head === tail) {
      notices.add("self-loop", "relations of an entity with itself, left out", at);
      continue;
    }
    const id = requireLabelId(schema, label, source);
    const kept = labels.get(position(head, tail));
    if (kept === undefined) labels.set(position(head, tail), id);
    else if (kept === id) notices.add("duplicate-relation", "repeated relations, counted once", at);
    else notices.add("second-label", "relations on a pair that already has another label, left out", at);
  }

  const related: [number, number, number][] = [];
  for (const [at, label] of labels) {
    if (label !== noRelation) related.push([Math.floor(at / entities.length), at % entities.length, label]);
  }
  const unrelated = candidatePairs(entities.length)
    .filter(([head, tail]) => (labels.get(position(head, tail)) ?? noRelation) === noRelation)
    .map(([head, tail]): [number, number, number] => [head, tail, noRelation]);

  return [...related, ...unrelated].map(([head, tail, label], i) => ({
    id: `${document.id}-${i}`,
    document,
    head,
    tail,
    label,
  }));
}
