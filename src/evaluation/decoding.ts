import type { PairPlace } from "../corpus/candidates.ts";
import type { Document } from "../corpus/document.ts";
import { noRelationId } from "../corpus/labels.ts";
import { allowedLabels, mirrorLabels, type RelationSchema } from "../corpus/schema.ts";
import { argmax } from "./argmax.ts";
import type { Answer } from "./mistakes.ts";
import { sigmoid, softmax } from "./probabilities.ts";

/** The prediction for one pair, after it was made to agree with the schema. */
export interface DecodedPair<P> {
  readonly pair: P;
  /** By label id; sum 1 unless the schema is `multiLabel`, where each is a probability of its own. */
  readonly probabilities: Float32Array;
  /** The predicted labels, the most probable first; the no-relation label alone if there are none. */
  readonly labels: readonly number[];
}

/** The least probability at which a label is predicted, by label id, in a schema with `multiLabel`. */
export type Thresholds = readonly number[];

export const defaultThreshold = 0.5;

const [lowestThreshold, highestThreshold] = [0.25, 0.75];

/**
 * Decodes logits into labels. A label that the schema does not allow for the types of a pair has probability 0. If a
 * relation holds in both directions, as itself or as its inverse, both pairs get the mean of their two probabilities,
 * so that they agree. With one label a pair the most probable is predicted; with several, all that reach their
 * threshold.
 */
export function decodePairs<P extends PairPlace>(
  rows: readonly { readonly pair: P; readonly logits: Float32Array }[],
  schema: RelationSchema,
  thresholds?: Thresholds,
): DecodedPair<P>[] {
  const probabilities = mirrored(
    rows.map(({ pair, logits }) => ({ pair, probabilities: allowedProbabilities(pair, logits, schema) })),
    schema,
  );
  const none = noRelationId(schema);
  return probabilities.map(({ pair, probabilities }) => {
    const labels = schema.multiLabel ? labelsAbove(probabilities, none, thresholds) : [argmax(probabilities)];
    return { pair, probabilities, labels };
  });
}

function labelsAbove(probabilities: Float32Array, none: number, thresholds: Thresholds | undefined): number[] {
  const labels = [...probabilities.keys()].filter(
    (id) => id !== none && probabilities[id]! >= (thresholds?.[id] ?? defaultThreshold),
  );
  return labels.length === 0 ? [none] : labels.sort((a, b) => probabilities[b]! - probabilities[a]!);
}

function allowedProbabilities(
  { document, head, tail }: PairPlace,
  logits: Float32Array,
  schema: RelationSchema,
): Float32Array {
  const allowed = allowedLabels(schema, document.entities[head]!.type, document.entities[tail]!.type);
  const masked = allowed ? logits.map((logit, id) => (allowed[id] ? logit : -Infinity)) : logits;
  return schema.multiLabel ? masked.map(sigmoid) : softmax(masked);
}

interface Scored<P> {
  readonly pair: P;
  readonly probabilities: Float32Array;
}

/** Makes both directions of a relation that has an inverse agree. */
function mirrored<P extends PairPlace>(scored: Scored<P>[], schema: RelationSchema): Scored<P>[] {
  const mirrors = mirrorLabels(schema);
  if (mirrors.every((mirror) => mirror === undefined)) return scored;
  const key = (head: number, tail: number): string => `${head} ${tail}`;
  const byPlace = new Map<Document, Map<string, Float32Array>>();
  for (const { pair, probabilities } of scored) {
    let ofDocument = byPlace.get(pair.document);
    if (!ofDocument) byPlace.set(pair.document, (ofDocument = new Map()));
    ofDocument.set(key(pair.head, pair.tail), probabilities);
  }
  return scored.map(({ pair, probabilities }) => {
    const reverse = byPlace.get(pair.document)!.get(key(pair.tail, pair.head));
    if (!reverse) return { pair, probabilities };
    const agreed = probabilities.map((value, id) =>
      mirrors[id] === undefined ? value : (value + reverse[mirrors[id]]!) / 2,
    );
    return { pair, probabilities: schema.multiLabel ? agreed : restored(agreed, mirrors, noRelationId(schema)) };
  });
}

/** Scales the labels without an inverse so that all probabilities sum to 1 again. */
function restored(agreed: Float32Array, mirrors: readonly (number | undefined)[], none: number): Float32Array {
  let [mirrored, others] = [0, 0];
  for (const [id, value] of agreed.entries()) {
    if (mirrors[id] === undefined) others += value;
    else mirrored += value;
  }
  const left = Math.max(0, 1 - mirrored);
  // The softmax of a very sure model leaves nothing to scale: the rest then goes to no relation.
  if (others === 0) return agreed.map((value, id) => (id === none ? left : value));
  return agreed.map((value, id) => (mirrors[id] === undefined ? (value / others) * left : value));
}

/**
 * Chooses for each label the threshold between 0.25 and 0.75 with the highest F1 on these pairs, on ties the one
 * nearest to the default; a label that never occurs keeps the default. Scores on the same pairs are then better than on
 * new ones. Without these bounds the thresholds of rare labels fall to some thousandths: their own F1 gains a little by
 * luck, and hundreds of wrong relations are predicted.
 */
export function learnThresholds(
  answers: readonly Pick<Answer<{ readonly labels: readonly number[] }>, "example" | "probabilities">[],
  numLabels: number,
): number[] {
  return Array.from({ length: numLabels }, (_, id) => {
    const gold = answers.filter(({ example }) => example.labels.includes(id)).length;
    if (gold === 0) return defaultThreshold;
    const ranked = answers
      .map(({ example, probabilities }) => ({ probability: probabilities[id]!, holds: example.labels.includes(id) }))
      .sort((a, b) => b.probability - a.probability);
    let best = { f1: 0, threshold: defaultThreshold };
    let right = 0;
    for (const [i, { probability, holds }] of ranked.entries()) {
      if (holds) right++;
      const next = ranked[i + 1]?.probability ?? 0;
      if (next === probability) continue;
      const f1 = (2 * right) / (i + 1 + gold);
      if (probability < lowestThreshold || next >= highestThreshold) continue;
      const threshold = Math.min(highestThreshold, Math.max(lowestThreshold, (probability + next) / 2));
      const isNearer = Math.abs(threshold - defaultThreshold) < Math.abs(best.threshold - defaultThreshold);
      if (f1 > best.f1 || (f1 === best.f1 && isNearer)) best = { f1, threshold };
    }
    return best.threshold;
  });
}
