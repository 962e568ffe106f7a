import { noRelationOf, type LabelScores, type Scores } from "./scores.ts";

/** Explains why the F1 of a label is 0; undefined if it is not. */
export function zeroReason(label: LabelScores): string | undefined {
  if (label.f1 > 0) return undefined;
  if (label.support === 0 && label.predicted === 0) return "no such gold label and never predicted";
  if (label.support === 0) return `no such gold label, but predicted ${times(label.predicted)}`;
  if (label.predicted === 0) return `never predicted, though ${label.support} gold`;
  return `predicted ${times(label.predicted)}, never where it is gold`;
}

/** Explains why no relation at all was found; undefined if one was, or if there is no no-relation label. */
export function noRelationFoundReason(scores: Scores): string | undefined {
  if (scores.relationMicroF1 > 0 || scores.noRelationId === null) return undefined;
  const none = noRelationOf(scores)?.label ?? "no relation";
  const relations = scores.perLabel.filter((label) => label.id !== scores.noRelationId);
  if (scores.count === 0) return "no pairs were scored";
  if (relations.every((label) => label.support === 0)) return `no gold pair has a relation: all are ${none}`;
  if (relations.every((label) => label.predicted === 0))
    return `no relation was predicted: all pairs were given ${none}`;
  return "relations were predicted, but none with the label that is gold";
}

const times = (count: number): string => (count === 1 ? "once" : `${count} times`);
