import type { DocumentPrediction, Explanation, WordScore } from "../../index.ts";

/** The most words that are listed for and against an answer. */
const mostWords = 8;

/** Formats why a pair has its label: the words that speak for it, the strongest first, and those against it. */
export function renderExplanation(
  { head, tail, label, against, evidence, words, types, others }: Explanation,
  { entities }: DocumentPrediction,
): string {
  const rather = against === undefined ? "" : ` rather than ${against}`;
  const strongest = words.toSorted((a, b) => Math.abs(b.score) - Math.abs(a.score)).slice(0, mostWords);
  const list = (of: readonly WordScore[]): string =>
    of.length > 0 ? of.map(({ text, score }) => `${text} ${signed(score)}`).join(", ") : "nothing";
  return [
    `Why ${entities[head]!.text} → ${entities[tail]!.text} is ${label}${rather} (evidence ${signed(evidence)}):`,
    `  for:     ${list(strongest.filter(({ score }) => score > 0))}`,
    `  against: ${list(strongest.filter(({ score }) => score <= 0))}`,
    `  types of entities ${signed(types)}, markers and other tokens ${signed(others)}`,
  ].join("\n");
}

const signed = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
