import type { Relation } from "../../corpus/document.ts";
import { KeyError, UnknownEntityError } from "../../corpus/errors.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import { quote } from "../../quote.ts";
import type { SourceLocation } from "../../errors.ts";
import type { Regions } from "./regions.ts";
import type { ResultEntry } from "./task.ts";

/** The score, if it can be a probability; the tool does not limit scores. */
export const probabilityOf = (score: unknown): number | undefined =>
  typeof score === "number" && score >= 0 && score <= 1 ? score : undefined;

function requireId(key: "from_id" | "to_id", entry: ResultEntry, at: SourceLocation): string {
  const id = entry[key];
  if (id == null) throw new KeyError(key, "the id of a region", "nothing, in a relation", at);
  return id;
}

function isOneWay(direction: string, at: SourceLocation): boolean {
  if (direction === "right" || direction === "left") return true;
  if (direction === "bi") return false;
  throw new KeyError("direction", '"right", "left" or "bi"', `the string ${quote(direction)}`, at);
}

/** Number of relations of an entry: one for each label, twice as many if it holds in both directions. */
export function countArrows({ labels, direction, from_id, to_id }: ResultEntry): number {
  const isTwo = direction === "bi" && from_id !== to_id;
  return Math.max(1, labels?.length ?? 0) * (isTwo && labels?.length ? 2 : 1);
}

export interface RelationContext {
  readonly at: SourceLocation;
  readonly notices: NoticeLog;
  /** The labels of relations in both directions are added to it. */
  readonly symmetricLabels: Set<string>;
  /** Probability of relations without a score of their own. */
  readonly probability: number | undefined;
}

/** Reads the relations of a result: one for each label, from head to tail however the arrow was drawn; two for `bi`. */
export function readRelations(
  entries: readonly ResultEntry[],
  { positions, ids }: Regions,
  { at, notices, symmetricLabels, probability: common }: RelationContext,
): Relation[] {
  const relations: Relation[] = [];
  for (const entry of entries) {
    const labels = entry.labels ?? [];
    const ends = [requireId("from_id", entry, at), requireId("to_id", entry, at)];
    if (labels.length === 0) {
      const detail = `from ${quote(ends[0]!)} to ${quote(ends[1]!)}`;
      notices.lose("unlabelled-relation", "relations without a label, left out", { ...at, detail }, { relations: 1 });
      continue;
    }
    const unknown = ends.find((id) => !ids.has(id));
    if (unknown !== undefined) throw new UnknownEntityError(labels[0]!, quote(unknown), [...ids], at);
    const [from, to] = ends.map((id) => positions.get(id));
    if (from === undefined || to === undefined) {
      const detail = quote(labels[0]!);
      const message = "relations of a region that is left out, left out too";
      notices.lose("relation-not-of-text", message, { ...at, detail }, { relations: countArrows(entry) });
      continue;
    }

    const direction = entry.direction ?? "right";
    const oneWay = isOneWay(direction, at);
    const [head, tail] = direction === "left" ? [to, from] : [from, to];
    const probability = probabilityOf(entry.score) ?? common;
    const scored = probability === undefined ? {} : { probability };
    for (const label of labels) {
      relations.push({ head, tail, label, ...scored });
      if (oneWay) continue;
      symmetricLabels.add(label.trim());
      if (head !== tail) relations.push({ head: tail, tail: head, label, ...scored });
    }
  }
  return relations;
}
