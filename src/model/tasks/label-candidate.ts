import type { LabelCandidate } from "../../evaluation/what-to-label.ts";
import type { DocumentPrediction } from "./prediction.ts";

/** So many of the least sure answers of a text count, so that a long text is no more uncertain for its length. */
const doubtsPerText = 3;

/** A text as a candidate for labelling, by the answers of a model. */
export function asCandidate(
  id: string,
  { text, entities, relations }: DocumentPrediction,
  noRelationLabel: string | undefined,
): LabelCandidate {
  const expected = new Map<string, number>();
  const add = (label: string, amount: number): void => void expected.set(label, (expected.get(label) ?? 0) + amount);
  const doubts: number[] = [];
  for (const { type, label = type, probability } of entities) {
    add(label, probability ?? 1);
    if (probability !== undefined) doubts.push(doubtOf([probability, 1 - probability]));
  }
  for (const { label, probability, probabilities } of relations) {
    const values = Object.entries(probabilities);
    if (values.length === 0) add(label, label === noRelationLabel ? 0 : probability);
    for (const [name, value] of values) if (name !== noRelationLabel) add(name, value);
    doubts.push(doubtOf(values.length > 1 ? values.map(([, value]) => value) : [probability, 1 - probability]));
  }
  const greatest = doubts.sort((a, b) => b - a).slice(0, doubtsPerText);
  return { id, text, expected, uncertainty: greatest.reduce((sum, doubt) => sum + doubt, 0) / doubtsPerText };
}

/** One minus the margin between the two greatest probabilities (margin sampling, Scheffer et al. 2001). */
function doubtOf(probabilities: readonly number[]): number {
  const [first = 1, second = 0] = probabilities.toSorted((a, b) => b - a);
  return 1 - (first - second);
}
