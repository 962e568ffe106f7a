import type { PairPlace } from "../corpus/candidates.ts";
import type { Document } from "../corpus/document.ts";
import { noRelationId } from "../corpus/labels.ts";
import { allowedLabels, mirrorLabels, type RelationSchema } from "../corpus/schema.ts";
import { argmax } from "./argmax.ts";
import { calibrated, type Calibration } from "./calibration.ts";
import { sigmoid, softmax } from "./probabilities.ts";

/** The prediction for one pair, after it was made to agree with the schema. */
export interface DecodedPair<P> {
  readonly pair: P;
  /** By label id; sum 1 unless the schema is `multiLabel`, where each is a probability of its own. */
  readonly probabilities: Float32Array;
  /** The predicted labels, the most probable first; the no-relation label alone if there are none. */
  readonly labels: readonly number[];
}

/** The least probability at which a relation is predicted, by label id. */
export type Thresholds = readonly number[];

export const defaultThreshold = 0.5;

/** How a model decides, beside its schema. */
export interface Decision {
  /** Where a pair has one label, the one that the model gives most is predicted if there are none. */
  readonly thresholds?: Thresholds | undefined;
  readonly calibration?: Calibration | undefined;
}

/** A pair with its row of logits. */
export interface ScoredPair<P> {
  readonly pair: P;
  readonly logits: Float32Array;
}

/**
 * Decodes logits into labels. A label that the schema does not allow for the types of a pair has probability 0. If a
 * relation holds in both directions, as itself or as its inverse, both pairs get the mean of their two probabilities,
 * so that they agree. With several labels a pair all that reach their threshold are predicted. With one, the most
 * probable relation is if it reaches its threshold; without thresholds, the label that the model itself gives most:
 * calibration changes probabilities, not answers.
 */
export function decodePairs<P extends PairPlace>(
  rows: readonly ScoredPair<P>[],
  schema: RelationSchema,
  { thresholds, calibration }: Decision = {},
): DecodedPair<P>[] {
  const scored = probabilitiesOf(rows, schema, calibration);
  const none = noRelationId(schema);
  if (schema.multiLabel)
    return scored.map((one) => ({ ...one, labels: labelsAbove(one.probabilities, none, thresholds) }));
  if (thresholds)
    return scored.map((one) => ({ ...one, labels: [relationAbove(one.probabilities, none, thresholds)] }));
  const deciding = calibration ? probabilitiesOf(rows, schema) : scored;
  return scored.map((one, i) => ({ ...one, labels: [argmax(deciding[i]!.probabilities)] }));
}

function probabilitiesOf<P extends PairPlace>(
  rows: readonly ScoredPair<P>[],
  schema: RelationSchema,
  calibration?: Calibration,
): Scored<P>[] {
  const scored = rows.map(({ pair, logits: raw }) => {
    const logits = allowedLogits(pair, calibration ? calibrated(raw, calibration) : raw, schema);
    return { pair, probabilities: schema.multiLabel ? logits.map(sigmoid) : softmax(logits) };
  });
  return mirrored(scored, schema);
}

/** The most probable relation if it reaches its threshold, else the no-relation label. */
function relationAbove(probabilities: Float32Array, none: number, thresholds: Thresholds): number {
  const best = bestRelation(probabilities, none);
  return best !== undefined && probabilities[best]! >= thresholds[best]! ? best : none;
}

/**
 * The threshold that made an answer other than the most probable label: the one that its relation reaches or, where none
 * holds, that the most probable relation misses. Undefined if no threshold did, as where calibration changed what is most
 * probable.
 */
export function decidingThreshold(
  { probabilities, labels: [label] }: Pick<DecodedPair<unknown>, "probabilities" | "labels">,
  schema: RelationSchema,
  thresholds: Thresholds | undefined,
): number | undefined {
  if (argmax(probabilities) === label || (!thresholds && !schema.multiLabel)) return undefined;
  const none = noRelationId(schema);
  const decided = label === none ? bestRelation(probabilities, none) : label;
  return decided === undefined ? undefined : (thresholds?.[decided] ?? defaultThreshold);
}

/** The most probable label but that of no relation; undefined if all others have probability 0. */
export function bestRelation(probabilities: ArrayLike<number>, none: number): number | undefined {
  let best: number | undefined;
  for (let id = 0; id < probabilities.length; id++)
    if (id !== none && probabilities[id]! > (best === undefined ? 0 : probabilities[best]!)) best = id;
  return best;
}

function labelsAbove(probabilities: Float32Array, none: number, thresholds: Thresholds | undefined): number[] {
  const labels = [...probabilities.keys()].filter(
    (id) => id !== none && probabilities[id]! >= (thresholds?.[id] ?? defaultThreshold),
  );
  return labels.length === 0 ? [none] : labels.sort((a, b) => probabilities[b]! - probabilities[a]!);
}

/** The logits of a pair, with −∞ for labels that the schema does not allow for its types. */
export function allowedLogits(
  { document, head, tail }: PairPlace,
  logits: Float32Array,
  schema: RelationSchema,
): Float32Array {
  const allowed = allowedLabels(schema, document.entities[head]!.type, document.entities[tail]!.type);
  return allowed ? logits.map((logit, id) => (allowed[id] ? logit : -Infinity)) : logits;
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
