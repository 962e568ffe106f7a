import type { Entity, Relation } from "../../corpus/document.ts";
import { DuplicateEntityError, RecordError, UnknownEntityError } from "../../corpus/errors.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import { listed, printable, quote } from "../../quote.ts";
import type { SourceLocation } from "../../errors.ts";
import { Concepts, type ReadAnnotation } from "./concepts.ts";
import type { Relation as BiocRelation } from "./schema.ts";

type Infons = Readonly<Record<string, unknown>>;

const readInfons = /^(?:type|relation|relation type|label|score|entity[12]|role[12]|chemical|disease|gene|variant)$/i;

/** The label of a relation: `type` in BioRED and PubTator, `relation` in BC5CDR. */
function labelOf(infons: Infons, at: SourceLocation, id: string): string {
  const label = infons["type"] ?? infons["relation"] ?? infons["relation type"] ?? infons["label"];
  if (typeof label === "string") return label;
  throw new RecordError(`infons.type as the label of relation ${id}`, label === undefined ? "none" : typeof label, at);
}

/** The probability of a relation; PubTator writes it as a string. */
function probabilityOf({ score }: Infons): number | undefined {
  const probability = typeof score === "string" && score.trim() !== "" ? Number(score) : score;
  return typeof probability === "number" && probability >= 0 && probability <= 1 ? probability : undefined;
}

// Names of roles that decide which of two nodes is the head, whatever their order.
const headRole = /^(?:head|arg(?:ument)?[-_ ]?1|subj(?:ect)?|source|from|e1)$/i;
const tailRole = /^(?:tail|arg(?:ument)?[-_ ]?2|obj(?:ect)?|target|to|e2)$/i;

function inRoles<T extends { readonly role?: string | null | undefined }>(nodes: readonly T[]): readonly T[] {
  const [first, second] = nodes;
  const isTurned = tailRole.test(first?.role ?? "") && headRole.test(second?.role ?? "");
  return isTurned ? [second!, first!] : nodes;
}

/**
 * Reads the relations between a document's entities. A relation of concepts instead of annotations is placed on their
 * nearest mentions.
 * @throws {UnknownEntityError} if a node is no annotation; RecordError for a relation without a label
 */
export function readRelations(
  relations: readonly BiocRelation[],
  annotations: readonly ReadAnnotation[],
  entities: readonly Entity[],
  notices: NoticeLog,
  at: SourceLocation,
): Relation[] {
  const positions = new Map<string, number | undefined>();
  const repeated = new Set<string>();
  for (const { annotation, position } of annotations) {
    const id = annotation.id ?? "";
    if (positions.has(id)) repeated.add(id);
    positions.set(id, position);
  }
  const concepts = new Concepts(annotations, entities);
  const relationIds = new Set(relations.map(({ id }) => id ?? ""));
  const read: Relation[] = [];
  for (const [i, { id, infons: named, nodes: given }] of relations.entries()) {
    const infons = named ?? {};
    const name = id ? quote(id, 30) : `relations[${i}]`;
    const place = { ...at, detail: name };
    const lose = (code: string, message: string): void => notices.lose(code, message, place, { relations: 1 });
    const add = (head: number, tail: number): void => {
      const probability = probabilityOf(infons);
      const label = labelOf(infons, at, name);
      read.push({ head, tail, label, ...(probability === undefined ? {} : { probability }) });
    };
    const unread = Object.keys(infons).filter((key) => !readInfons.test(key));
    if (unread.length > 0) {
      const message = "relations with infons beside their label, which are not kept";
      const detail = listed(
        unread.map((key) => printable(key.slice(0, 60))),
        5,
      );
      notices.lose("relation-infons", message, { ...at, detail }, { other: unread.length });
    }
    const pair = concepts.pairOf(infons);
    if (pair) {
      const nearest = concepts.nearest(pair);
      if (nearest) {
        notices.add("concept-relation", "relations between concepts, read between their nearest mentions", place);
        add(...nearest);
      } else lose("concept-unknown", "relations of a concept that no annotation mentions, left out");
      continue;
    }
    const nodes = inRoles(given ?? []);
    if (nodes.length !== 2) {
      lose("not-binary", "relations of less or more than two annotations, left out");
      continue;
    }
    const ids = nodes.map(({ refid }) => refid);
    const unknown = ids.find((id) => !positions.has(id));
    if (unknown !== undefined && relationIds.has(unknown)) {
      lose("relation-of-relation", "relations with a relation as an argument, left out");
      continue;
    }
    if (unknown !== undefined)
      throw new UnknownEntityError(labelOf(infons, at, name), unknown, [...positions.keys()], at);
    const twice = ids.find((id) => repeated.has(id));
    if (twice !== undefined) throw new DuplicateEntityError(twice, at);
    const [head, tail] = ids.map((id) => positions.get(id));
    if (head === undefined || tail === undefined) {
      lose("relation-of-skipped", "relations of an annotation that was left out, left out with it");
    } else add(head, tail);
  }
  return read;
}
