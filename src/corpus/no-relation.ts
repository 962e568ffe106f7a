import { UsageError } from "../errors.ts";
import type { Document } from "./document.ts";
import type { NoticeLog } from "./notices.ts";
import { quote } from "../quote.ts";

/**
 * The labels that `--no-relation-label` names, such as `NO_REL` or `NO_REL,no_relation`: the first is the model's
 * label, the others are read as the first.
 * @throws UsageError for a list with an empty label or with one label twice
 */
export function noRelationNames(setting: string): readonly [string, ...string[]] {
  const names = setting.split(",").map((name) => name.trim());
  if (names.includes("") || new Set(names).size < names.length) {
    throw new UsageError(
      `--no-relation-label: expected one label or several different ones with commas between them, as NO_REL,no_relation; found ${quote(setting)}.`,
    );
  }
  return names as [string, ...string[]];
}

/** Usual labels of a pair without a relation, in lower case, letters only. */
const usual = new Set([
  "norelation",
  "norelations",
  "norelationship",
  "norel",
  "none",
  "na",
  "nota",
  "null",
  "nil",
  "o",
  "other",
  "unrelated",
]);

/** Whether a label seems to mean that there is no relation: `no_relation`, `NA`, `Other`, `O`. */
export const looksLikeNone = (label: string): boolean => usual.has(label.toLowerCase().replaceAll(/[^\p{L}]/gu, ""));

/** The documents with every label in `names` replaced by the first of `names`; renamed labels are counted. */
export function withOneNoRelation(
  documents: readonly Document[],
  [first, ...others]: readonly [string, ...string[]],
  notices: NoticeLog,
): Document[] {
  if (others.length === 0) return [...documents];
  return documents.map((document) => {
    if (!document.relations.some(({ label }) => others.includes(label.trim()))) return document;
    const relations = document.relations.map((relation) => {
      if (!others.includes(relation.label.trim())) return relation;
      const at = { ...(document.source ?? { file: document.id }), detail: quote(relation.label) };
      notices.add("label-no-relation", `labels that mean no relation (--no-relation-label), read as ${first}`, at);
      return { ...relation, label: first };
    });
    return { ...document, relations };
  });
}

/**
 * Reports labels that will be learnt as relations though they seem to mean "no relation", and the flag that declares
 * them so.
 */
export function reportLikeNone(documents: readonly Document[], noRelationLabel: string, notices: NoticeLog): void {
  const labels = documents.flatMap(({ relations }) => relations.map(({ label }) => label.trim()));
  const alike = [...new Set(labels)].filter((label) => label !== noRelationLabel && looksLikeNone(label)).sort();
  if (alike.length === 0) return;
  const flag = [...(labels.includes(noRelationLabel) ? [noRelationLabel] : []), ...alike].join(",");
  const message = `relations whose label looks like "no relation", learnt as any other; if none holds there, say --no-relation-label ${flag}`;
  for (const { id, relations, source } of documents) {
    for (const { label } of relations) {
      notices.addToTotal("label-like-none", 1);
      if (!alike.includes(label.trim())) continue;
      notices.add("label-like-none", message, { ...(source ?? { file: id }), detail: quote(label) });
    }
  }
}
