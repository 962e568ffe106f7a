import type { Answer } from "./mistakes.ts";

/** How probable an answer is: its least probable relation, or that nothing holds. */
export function answerProbability(
  { probabilities, labels }: Pick<Answer<unknown>, "probabilities" | "labels">,
  noRelationId: number | null,
  isMultiLabel: boolean,
): number {
  if (!isMultiLabel || labels[0] !== noRelationId) return Math.min(...labels.map((id) => probabilities[id]!));
  let highest = 0;
  for (let id = 0; id < probabilities.length; id++)
    if (id !== noRelationId) highest = Math.max(highest, probabilities[id]!);
  return 1 - highest;
}

/** The answers that a model did not give, since they are less probable than what was asked for. */
export interface Abstention {
  readonly below: number;
  readonly answered: number;
  readonly abstained: number;
  /** How many of the answers that were given are right, and how many of the others would have been. */
  readonly answeredRight: number;
  readonly abstainedRight: number;
}

/** Takes the answers below a probability back; they then have the no-relation label. */
export function abstain<Example extends { readonly labels: readonly number[] }>(
  answers: readonly Answer<Example>[],
  below: number,
  { noRelationId, isMultiLabel }: { readonly noRelationId: number; readonly isMultiLabel: boolean },
): { readonly answers: readonly Answer<Example>[]; readonly abstention: Abstention } {
  const counts = { answered: 0, abstained: 0, answeredRight: 0, abstainedRight: 0 };
  const kept = answers.map((answer) => {
    const { labels: gold } = answer.example;
    const isRight = gold.length === answer.labels.length && gold.every((id) => answer.labels.includes(id));
    const isGiven = answerProbability(answer, noRelationId, isMultiLabel) >= below;
    counts[isGiven ? "answered" : "abstained"]++;
    if (isRight) counts[isGiven ? "answeredRight" : "abstainedRight"]++;
    return isGiven ? answer : { ...answer, labels: [noRelationId] };
  });
  return { answers: kept, abstention: { below, ...counts } };
}
