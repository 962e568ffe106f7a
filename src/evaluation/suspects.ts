import type { Document } from "../corpus/document.ts";
import type { MarkedSpans } from "./mistakes.ts";

/** A place with its annotated labels, and what a model that never saw the document makes of it. */
export interface OutOfFold {
  readonly document: Document;
  readonly spans: MarkedSpans;
  /** Annotated labels; none where nothing is annotated. */
  readonly given: readonly string[];
  /** By label; the label of nothing is "". */
  readonly probabilities: ReadonlyMap<string, number>;
}

/** An annotation that is likely wrong, or one that is likely missing. */
export interface Suspect {
  readonly document: Document;
  readonly spans: MarkedSpans;
  /** The annotated label; "" where nothing is annotated. */
  readonly given: string;
  /** The label that the model gives most instead; "" for nothing. */
  readonly suggested: string;
  readonly givenProbability: number;
  readonly suggestedProbability: number;
  /** From −1 to 1: how much more probable the suggested label is. */
  readonly score: number;
  /** Whether the suggested label is as probable as it is where it is annotated, on average (confident learning). */
  readonly isConfident: boolean;
}

export const nothing = "";

/**
 * Ranks annotations by how much a model that never saw them disagrees, the most suspicious first (the normalized margin of
 * Northcutt et al. 2021). Each label has a threshold of its own, its mean probability where it is annotated, so that rare
 * labels, of which a model is never sure, are not all suspects.
 */
export function rankSuspects(places: readonly OutOfFold[]): Suspect[] {
  const thresholds = meanProbabilities(places);
  const suspects = places.flatMap((place) => {
    const labels = place.given.length > 0 ? place.given : [nothing];
    return labels.flatMap((given) => suspectOf(place, given, thresholds) ?? []);
  });
  return suspects.sort((a, b) => Number(b.isConfident) - Number(a.isConfident) || b.score - a.score);
}

/** The mean probability of each label where it is annotated. */
function meanProbabilities(places: readonly OutOfFold[]): ReadonlyMap<string, number> {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const { given, probabilities } of places) {
    for (const label of given.length > 0 ? given : [nothing]) {
      const of = sums.get(label) ?? { sum: 0, count: 0 };
      sums.set(label, { sum: of.sum + (probabilities.get(label) ?? 0), count: of.count + 1 });
    }
  }
  return new Map([...sums].map(([label, { sum, count }]) => [label, sum / count]));
}

function suspectOf(
  { document, spans, given: all, probabilities }: OutOfFold,
  given: string,
  thresholds: ReadonlyMap<string, number>,
): Suspect | undefined {
  const givenProbability = probabilities.get(given);
  // A label that was in no document of the other folds could not be learnt there.
  if (givenProbability === undefined) return undefined;
  const [suggested, suggestedProbability] = [...probabilities]
    .filter(([label]) => label !== given && !all.includes(label))
    .reduce<readonly [string, number]>((best, one) => (one[1] > best[1] ? one : best), [nothing, -1]);
  if (suggestedProbability < 0) return undefined;
  return {
    document,
    spans,
    given,
    suggested,
    givenProbability,
    suggestedProbability,
    score: suggestedProbability - givenProbability,
    isConfident: suggestedProbability >= (thresholds.get(suggested) ?? 1),
  };
}

/** The reason in a sentence. */
export function suspicionOf({ document, spans, given, suggested, ...suspect }: Suspect): string {
  const surface = ({ start, end }: MarkedSpans["head"]): string => JSON.stringify(document.text.slice(start, end));
  const what = spans.tail ? `${surface(spans.head)} → ${surface(spans.tail)}` : surface(spans.head);
  const percent = (probability: number): string => `${(100 * probability).toFixed(0)} %`;
  const [has, wants] = [percent(suspect.givenProbability), percent(suspect.suggestedProbability)];
  if (given === nothing) return `${what}: is ${suggested} missing? The model gives it ${wants}, and ${has} to nothing.`;
  if (suggested === nothing)
    return `${what}: is ${given} too much? The model gives it ${has}, and ${wants} to nothing.`;
  return `${what}: is ${given} wrong? The model gives it ${has}, and ${wants} to ${suggested}.`;
}

/** Documents as they are annotated, the most suspicious first, with the reasons in their metadata. */
export function suspiciousDocuments(suspects: readonly Suspect[]): Document[] {
  const reasons = new Map<Document, string[]>();
  for (const suspect of suspects) {
    const { document } = suspect;
    reasons.set(document, [...(reasons.get(document) ?? []), suspicionOf(suspect)]);
  }
  return [...reasons].map(([document, ofDocument]) => ({
    ...document,
    metadata: { ...document.metadata, suspects: ofDocument },
  }));
}
