import type { Relation } from "../../corpus/document.ts";
import { listed, quote } from "../../quote.ts";
import type { RawDocument } from "../../formats/format.ts";
import { excerptOf } from "../excerpt.ts";
import type { ProblemCode } from "../problem-kinds.ts";
import { placeOf, problem, type Fix, type Problem, type ProblemDetails } from "../problem.ts";
import type { InspectionSettings } from "../settings.ts";
import { quotedPair, quotedRelation, shownLabel } from "../wording.ts";

/** Finds relations that are wrong in themselves or contradict other relations of the same pair. */
export function* checkRelations(
  document: RawDocument,
  { noRelationLabel }: Pick<InspectionSettings, "noRelationLabel">,
): Generator<Problem> {
  const firsts = new Map<string, Relation>();
  const pairs = new Map<string, { relation: Relation; labels: string[] }>();
  for (const relation of document.relations) {
    const { head, tail } = relation;
    const label = relation.label.trim();
    const shown = quotedRelation(document, { head, tail, label });
    if (label === "") {
      yield aboutRelation("relation-empty-label", document, relation, {
        message: `a relation ${quotedPair(document, relation)}`,
      });
      continue;
    }
    if (label !== relation.label) {
      const message = `${quote(relation.label)} ${quotedPair(document, relation)}`;
      yield aboutRelation("label-white-space", document, relation, { message, fix: trimmedLabels });
    }
    if (head === tail) yield aboutRelation("relation-self-loop", document, relation, { message: shown });
    const key = `${head} ${tail} ${label}`;
    const first = firsts.get(key);
    if (first) {
      const isSame = first.probability === relation.probability;
      const message = `${shown} is there already${isSame ? "" : ", with another probability"}`;
      yield aboutRelation("relation-duplicate", document, relation, {
        message,
        fix: isSame ? withoutRepetitions : undefined,
      });
      continue;
    }
    firsts.set(key, relation);
    if (head === tail) continue;
    const pair = pairs.get(`${head} ${tail}`);
    if (pair) pair.labels.push(label);
    else pairs.set(`${head} ${tail}`, { relation, labels: [label] });
  }
  for (const { relation, labels } of pairs.values()) {
    if (labels.length < 2) continue;
    const message = `${listed(labels.map(shownLabel))} ${quotedPair(document, relation)}`;
    const code = labels.includes(noRelationLabel) ? "relation-contradictory" : "relation-several-labels";
    yield aboutRelation(code, document, relation, { message });
  }
}

/** A problem of a relation, shown with its two mentions. */
export function aboutRelation(
  code: ProblemCode,
  document: RawDocument,
  { head, tail }: Pick<Relation, "head" | "tail">,
  details: ProblemDetails,
): Problem {
  const spans = [...new Set([head, tail])].map((i) => {
    const { start, end } = document.entities[i]!;
    return { start, end };
  });
  return problem(code, placeOf(document), { spans, excerpt: excerptOf(document.text, spans), ...details });
}

const trimmedLabels: Fix = {
  description: "relation labels whose white space was trimmed",
  apply: (document) => ({
    ...document,
    relations: document.relations.map((relation) => ({ ...relation, label: relation.label.trim() })),
  }),
};

const withoutRepetitions: Fix = {
  description: "relations that repeated an earlier one, removed",
  apply(document) {
    const seen = new Set<string>();
    const relations = document.relations.filter(({ head, tail, label, probability }) => {
      const key = `${head} ${tail} ${probability} ${label.trim()}`;
      return !seen.has(key) && seen.add(key);
    });
    return { ...document, relations };
  },
};
