import type { Document } from "../corpus/document.ts";
import { sharesElsewhere } from "./like-places.ts";
import type { MarkedSpans } from "./mistakes.ts";

/** A place with its annotated labels, and what a model that never saw the document makes of it. */
export interface OutOfFold {
  readonly document: Document;
  readonly spans: MarkedSpans;
  /** The fold of the document: its model, and the like places beside it, are from the other folds. */
  readonly fold: number;
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
  /** The label that is most likely instead; "" for nothing, where the model gives that more than any other. */
  readonly suggested: string;
  readonly givenProbability: number;
  readonly suggestedProbability: number;
  /** Above 0 if another label is more likely: a difference of natural logarithms. */
  readonly score: number;
}

export const nothing = "";

/** Added to probabilities: below it, logarithms are the noise of a model. */
const least = 1e-4;

/**
 * Ranks annotations by how much likelier another label is, the most suspicious first. How likely a label is: its probability
 * by a model that never saw the document, times its share among like places of the other folds.
 *
 * An annotated label is compared with the other labels, not with nothing, unless there is no other. Models miss much of what is
 * there, so that most annotations are less probable than nothing, and their order by that margin (Northcutt et al. 2021) is that of
 * what the model misses; annotators who mark a place seldom err in that it has a label.
 */
export function rankSuspects(places: readonly OutOfFold[]): Suspect[] {
  const shareOf = sharesElsewhere(places);
  const suspects = places.flatMap((place) => {
    const shares = shareOf(place);
    const likelihood = (label: string): number =>
      Math.log((place.probabilities.get(label) ?? 0) + least) + Math.log(shares(label));
    const labels = place.given.length > 0 ? place.given : [nothing];
    return labels.flatMap((given) => suspectOf(place, given, likelihood) ?? []);
  });
  return suspects.sort((a, b) => b.score - a.score);
}

function suspectOf(
  { document, spans, given: all, probabilities }: OutOfFold,
  given: string,
  likelihood: (label: string) => number,
): Suspect | undefined {
  const givenProbability = probabilities.get(given);
  // A label that was in no document of the other folds could not be learnt there.
  if (givenProbability === undefined) return undefined;
  const others = [...probabilities.keys()].filter((label) => label !== nothing && !all.includes(label));
  const compared =
    others.length > 0 ? others : [nothing].filter((label) => label !== given && probabilities.has(label));
  if (compared.length === 0) return undefined;
  const likeliest = compared
    .map((label) => ({ label, value: likelihood(label) }))
    .reduce((a, b) => (b.value > a.value ? b : a));
  const ofNothing = probabilities.get(nothing) ?? 0;
  const suggested = given !== nothing && ofNothing > probabilities.get(likeliest.label)! ? nothing : likeliest.label;
  return {
    document,
    spans,
    given,
    suggested,
    givenProbability,
    suggestedProbability: probabilities.get(suggested)!,
    score: likeliest.value - likelihood(given),
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
