import { bestRelation, defaultThreshold } from "./decoding.ts";
import type { Answer } from "./mistakes.ts";

interface Bounds {
  readonly lowest: number;
  readonly highest: number;
}

/** Of single relations. */
const narrow: Bounds = { lowest: 0.25, highest: 0.75 };
/** Of all relations together, which are many. */
const wide: Bounds = { lowest: 0.05, highest: 0.95 };

/** Probabilities by label id of an example, and its gold labels. */
export type ScoredLabels = Pick<Answer<{ readonly labels: readonly number[] }>, "example" | "probabilities">;

/**
 * Chooses for each label the threshold between 0.25 and 0.75 with the highest F1 on these pairs, on ties the one
 * nearest to the default; a label that never occurs keeps the default. Scores on the same pairs are then better than on
 * new ones. Without these bounds the thresholds of rare labels fall to some thousandths: their own F1 gains a little by
 * luck, and hundreds of wrong relations are predicted.
 * @param noRelationId the no-relation label, if a pair has one label: only its most probable relation may be predicted
 */
export function learnThresholds(
  answers: readonly ScoredLabels[],
  numLabels: number,
  noRelationId: number | null = null,
): number[] {
  return Array.from({ length: numLabels }, (_, id) => {
    const gold = answers.filter(({ example }) => example.labels.includes(id)).length;
    if (gold === 0) return defaultThreshold;
    const candidates =
      noRelationId === null
        ? answers
        : answers.filter(({ probabilities }) => bestRelation(probabilities, noRelationId) === id);
    return bestThreshold(
      candidates.map(({ example, probabilities }) => ({
        probability: probabilities[id]!,
        holds: example.labels.includes(id),
      })),
      gold,
      narrow,
    );
  });
}

/** One threshold for all relations where a pair has one label: that with the highest micro F1 of relations. */
export function learnGlobalThreshold(
  answers: readonly ScoredLabels[],
  numLabels: number,
  noRelationId: number,
): number[] {
  const gold = answers.filter(({ example }) => !example.labels.includes(noRelationId)).length;
  const candidates = answers.flatMap(({ example, probabilities }) => {
    const best = bestRelation(probabilities, noRelationId);
    return best === undefined ? [] : [{ probability: probabilities[best]!, holds: example.labels.includes(best) }];
  });
  const threshold = gold === 0 ? defaultThreshold : bestThreshold(candidates, gold, wide);
  return Array.from({ length: numLabels }, () => threshold);
}

/** The threshold between the bounds with the highest F1, on ties the one nearest to the default. */
function bestThreshold(
  candidates: readonly { readonly probability: number; readonly holds: boolean }[],
  gold: number,
  { lowest, highest }: Bounds,
): number {
  // Of those below the bounds only the first is read, as the next of the last above.
  const below = candidates.reduce(
    (most, { probability }) => (probability < lowest ? Math.max(most, probability) : most),
    0,
  );
  const ranked = candidates
    .filter(({ probability }) => probability >= lowest)
    .sort((a, b) => b.probability - a.probability);
  let best = { f1: 0, threshold: defaultThreshold };
  let right = 0;
  for (const [i, { probability, holds }] of ranked.entries()) {
    if (holds) right++;
    const next = ranked[i + 1]?.probability ?? below;
    if (next === probability) continue;
    const f1 = (2 * right) / (i + 1 + gold);
    if (next >= highest) continue;
    const threshold = Math.min(highest, Math.max(lowest, (probability + next) / 2));
    const isNearer = Math.abs(threshold - defaultThreshold) < Math.abs(best.threshold - defaultThreshold);
    if (f1 > best.f1 || (f1 === best.f1 && isNearer)) best = { f1, threshold };
  }
  return best.threshold;
}
