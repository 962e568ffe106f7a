import type { Document } from "./document.ts";
import { noRelationId, requireLabelId } from "./labels.ts";
import type { NoticeLog } from "./notices.ts";
import { quote } from "../quote.ts";
import { mirrorLabels, type RelationSchema } from "./schema.ts";

/** One example for the model: which relation holds from one entity of a document to another? */
export interface PairExample {
  /** `<document id>-<i>`, counting the pairs of the document from 0. */
  readonly id: string;
  readonly document: Document;
  /** Position in `document.entities`. */
  readonly head: number;
  /** Position in `document.entities`. */
  readonly tail: number;
  /** Label id: the no-relation label if no relation holds, the first annotated label if several hold. */
  readonly label: number;
  /** All label ids of the pair; several only in a schema with `multiLabel`. */
  readonly labels: readonly number[];
}

/** Number of ordered pairs of two different entities. */
export const pairCount = (entityCount: number): number => entityCount * Math.max(0, entityCount - 1);

/** Every ordered pair of two different entities, as `itertools.permutations(range(entityCount), 2)` of Python lists them. */
export function candidatePairs(entityCount: number): [head: number, tail: number][] {
  const pairs: [number, number][] = [];
  for (let head = 0; head < entityCount; head++) {
    for (let tail = 0; tail < entityCount; tail++) if (head !== tail) pairs.push([head, tail]);
  }
  return pairs;
}

/**
 * Every ordered pair of two different entities once: first the pairs with relations in the order of annotation, then
 * all others as no-relation in the order of candidatePairs. If the schema declares a relation symmetric or names its
 * inverse, the reverse pair gets the corresponding label too, unless another label was annotated there.
 *
 * Some relations are left out and counted in `notices`, with the number of relations as the denominator: relations of
 * an entity with itself (`self-loop`), repetitions (`duplicate-relation`) and, unless the schema is `multiLabel`, a
 * second, different label of the same ordered pair (`second-label`; the first in file order is kept). A relation
 * annotated with the no-relation label is an explicit negative: its pair stands among the others, and if it comes
 * first, a later label of the pair is left out.
 * @param candidates a subset of the pairs, if all would be too many; related pairs are always included
 * @throws {UnknownLabelError} for a label that the schema does not have.
 */
export function makePairs(
  document: Document,
  schema: RelationSchema,
  notices: NoticeLog,
  candidates: readonly (readonly [head: number, tail: number])[] = candidatePairs(document.entities.length),
): PairExample[] {
  const { entities, relations, source } = document;
  const noRelation = noRelationId(schema);
  const labels = new Map<number, number[]>();
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
    if (kept === undefined) labels.set(position(head, tail), [id]);
    else if (kept.includes(id)) notices.add("duplicate-relation", "repeated relations, counted once", at);
    else if (schema.multiLabel && !kept.includes(noRelation) && id !== noRelation) kept.push(id);
    else notices.add("second-label", "relations on a pair that already has another label, left out", at);
  }
  const annotated = [...labels];
  for (const [at, ids] of annotated) {
    const reverse = position(at % entities.length, Math.floor(at / entities.length));
    for (const id of ids) {
      const mirror = mirrorLabels(schema)[id];
      const there = labels.get(reverse);
      if (mirror === undefined || there?.includes(mirror)) continue;
      if (there === undefined) labels.set(reverse, [mirror]);
      else if (schema.multiLabel && !there.includes(noRelation)) there.push(mirror);
    }
  }

  const related = [...labels]
    .filter(([, ids]) => !ids.includes(noRelation))
    .map(([at, ids]) => ({ head: Math.floor(at / entities.length), tail: at % entities.length, ids }));
  const unrelated = candidates
    .filter(([head, tail]) => labels.get(position(head, tail))?.includes(noRelation) ?? true)
    .map(([head, tail]) => ({ head, tail, ids: [noRelation] }));

  return [...related, ...unrelated].map(({ head, tail, ids }, i) => ({
    id: `${document.id}-${i}`,
    document,
    head,
    tail,
    label: ids[0]!,
    labels: ids,
  }));
}
