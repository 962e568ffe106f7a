import {
  softplus,
  type Calibration,
  type CalibrationKind,
  type CalibrationRow,
  type LabelKind,
} from "./calibration.ts";
import { leastLoss, type FitRows } from "./convex-fit.ts";

/** Kinds that learn something from answers. */
export type FittedKind = Exclude<CalibrationKind, "none" | "prior">;

/** A temperature, and the slopes of a beta map, stay within 1/4 and 4: what is beyond rests on hardly anything, as after two steps. */
const bounds = [1 / 4, 4] as const;
/** A fit reads the most probable questions: this many for each gold relation, and at least so many. */
const questionsPerRelation = 20;
const fewestQuestions = 200;
/** Relations with fewer gold examples share a shift. */
const fewestOfRelation = 10;

/** A question that is read: the logits of its labels with their offsets, and the place of the one that holds; −1 for none. */
interface Question {
  readonly ids: readonly number[];
  readonly z: readonly number[];
  readonly holds: number;
  /** By how much something holds rather than nothing. */
  readonly chance: number;
}

/** Fits a calibration of a kind to the examples that the fitter has. */
export type Fitter = (kind: FittedKind) => Calibration;

/**
 * Fits a calibration by maximum likelihood on examples that the model did not learn from, at their natural prevalence.
 * @param offsets the offsets that are known before, such as those of `priorOffsets`
 */
export const fitCalibration = (
  kind: FittedKind,
  rows: readonly CalibrationRow[],
  offsets: readonly number[],
  kindOfLabels: LabelKind,
): Calibration => calibrationFitter(rows, offsets, kindOfLabels)(kind);

/**
 * Reads the examples once for all kinds. Only questions with a chance are read: the many pairs that are surely unrelated would
 * otherwise decide on the temperature of the few answers that anyone sees.
 */
export function calibrationFitter(
  rows: readonly CalibrationRow[],
  offsets: readonly number[],
  kindOfLabels: LabelKind,
): Fitter {
  const questions = withAChance(questionsOf(rows, offsets, kindOfLabels), rows, kindOfLabels);
  return (kind) => fitted(kind, questions, rows, offsets, kindOfLabels);
}

function fitted(
  kind: FittedKind,
  questions: readonly Question[],
  rows: readonly CalibrationRow[],
  offsets: readonly number[],
  kindOfLabels: LabelKind,
): Calibration {
  const shiftOf = shiftsOf(kind, rows, offsets.length, kindOfLabels);
  const isBeta = kind === "beta";
  const slopes = isBeta ? 2 : 1;
  const shifts = Math.max(-1, ...shiftOf) + 1;
  const found = leastLoss(fitRowsOf(questions, shiftOf, isBeta), {
    slopes,
    shifts,
    bounds,
    areQuestions: kindOfLabels.isMultiLabel,
  });
  if (isBeta) return { kind, temperature: 1, offsets, beta: [found[0]!, found[1]!, found[2]!] };
  const scale = found[0]!;
  const shifted = (offset: number, id: number): number =>
    shiftOf[id]! < 0 ? offset : offset + found[slopes + shiftOf[id]!]! / scale;
  return { kind, temperature: 1 / scale, offsets: offsets.map(shifted) };
}

/** The questions with their features: a logit, or the two of a beta map. */
function fitRowsOf(questions: readonly Question[], shiftOf: readonly number[], isBeta: boolean): FitRows {
  const starts = new Int32Array(questions.length + 1);
  for (const [i, { ids }] of questions.entries()) starts[i + 1] = starts[i]! + ids.length;
  const count = starts[questions.length]!;
  const features = new Float64Array(isBeta ? 2 * count : count);
  const shifts = new Int32Array(count);
  let at = 0;
  for (const { ids, z } of questions) {
    for (const [i, value] of z.entries()) {
      if (isBeta) features.set([-softplus(-value), softplus(value)], 2 * at);
      else features[at] = value;
      shifts[at++] = shiftOf[ids[i]!]!;
    }
  }
  return {
    starts,
    features,
    shifts,
    holds: Int32Array.from(questions, ({ holds }) => holds),
  };
}

/** The questions that examples ask. Labels that cannot be are in none, nor is an example whose gold label cannot be. */
function questionsOf(
  rows: readonly CalibrationRow[],
  offsets: readonly number[],
  { isMultiLabel, noRelationId: none }: LabelKind,
): Question[] {
  return rows.flatMap(({ logits, labels }): Question[] => {
    const z = Array.from(logits, (logit, id) => logit + offsets[id]!);
    const ids = [...z.keys()].filter((id) => Number.isFinite(z[id]));
    if (isMultiLabel)
      return ids.flatMap((id) =>
        id === none ? [] : [{ ids: [id], z: [z[id]!], holds: labels.includes(id) ? 0 : -1, chance: z[id]! }],
      );
    const holds = ids.indexOf(labels[0]!);
    if (holds < 0) return [];
    const best = ids.reduce((highest, id) => (id === none ? highest : Math.max(highest, z[id]!)), -Infinity);
    return [{ ids, z: ids.map((id) => z[id]!), holds, chance: none === null ? 0 : best - z[none]! }];
  });
}

/** The most probable questions, in proportion to the gold relations. */
function withAChance(
  questions: readonly Question[],
  rows: readonly CalibrationRow[],
  { noRelationId: none }: LabelKind,
) {
  const relations = rows.reduce((sum, { labels }) => sum + labels.filter((id) => id !== none).length, 0);
  const count = Math.max(fewestQuestions, questionsPerRelation * relations);
  if (questions.length <= count) return questions;
  return questions.toSorted((a, b) => b.chance - a.chance).slice(0, count);
}

/** The place of each label's shift, or −1. */
function shiftsOf(
  kind: FittedKind,
  rows: readonly CalibrationRow[],
  labelCount: number,
  { isMultiLabel, noRelationId: none }: LabelKind,
): number[] {
  const ids = Array.from({ length: labelCount }, (_, id) => id);
  if (kind === "temperature" || (none === null && kind === "temperature+prior")) return ids.map(() => -1);
  // Whether all relations are shifted, or nothing is, comes to the same where a pair has one label.
  if (kind === "temperature+prior" && !isMultiLabel) return ids.map((id) => (id === none ? 0 : -1));
  if (kind !== "relation") return ids.map((id) => (id === none ? -1 : 0));
  let next = 1;
  return ids.map((id) => {
    if (id === none) return -1;
    const isFrequent = rows.filter(({ labels }) => labels.includes(id)).length >= fewestOfRelation;
    return isFrequent ? next++ : 0;
  });
}
