import type { PairExample } from "../../../corpus/pairs.ts";
import type { ScoredAnswers } from "../../../evaluation/evaluation.ts";
import type { Judgment } from "../../../evaluation/judgments.ts";
import type { MarkedSpans } from "../../../evaluation/mistakes.ts";
import type { Encoded } from "../encoded.ts";
import type { RelationsLearned } from "./learned.ts";

export const spansOf = ({ document: { entities }, head, tail }: PairExample): MarkedSpans => ({
  head: entities[head]!,
  tail: entities[tail]!,
});

/** A judgment for each pair; one that the model was not shown is given no relation. */
export function judgePairs(
  { unscored }: Encoded<PairExample>,
  { answers }: ScoredAnswers<PairExample>,
  { id2label, goldLabels = id2label, noRelationId: none }: RelationsLearned,
): Judgment[] {
  const names = (ids: readonly number[]): string[] => ids.filter((id) => id !== none).map((id) => goldLabels[id]!);
  const of = (example: PairExample, predicted: readonly number[], probability?: number): Judgment => ({
    document: example.document,
    spans: spansOf(example),
    gold: names(example.labels),
    predicted: names(predicted),
    probability,
  });
  return [
    ...answers.map(({ example, labels, probabilities }) => of(example, labels, probabilities[labels[0]!])),
    ...unscored.map(({ example }) => of(example, [])),
  ];
}
