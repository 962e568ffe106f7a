import {
  calibrated,
  calibrationKinds,
  softplus,
  type Calibration,
  type CalibrationKind,
  type CalibrationRow,
  type LabelKind,
} from "./calibration.ts";
import { calibrationFitter, type Fitter } from "./calibration-fit.ts";

/** An example of a document: examples of one document are never on both sides of a fold. */
export interface GroupedRow extends CalibrationRow {
  readonly group: unknown;
}

/** The losses of a kind of calibration on examples that its fit had not read. */
export interface Trial {
  readonly kind: CalibrationKind;
  /** How much of the fit is applied. */
  readonly strength: number;
  /** Negative log-likelihood of all answers, in nats. */
  readonly all: number;
  /** Of the relations that the model itself gives, each right or wrong. */
  readonly given: number;
}

export interface Choice {
  readonly calibration: Calibration;
  /** That of the choice. */
  readonly best: Trial;
  readonly trials: readonly Trial[];
}

const foldCount = 5;
/** A kind takes the place of a simpler one if its loss is smaller by this share. */
const worthwhile = 0.002;
/**
 * Most logits that are read, of as many whole documents: a dozen parameters are no better known by more of them, and a run that is
 * stopped has ten seconds for all that it leaves.
 */
const mostLogits = 250_000;
/**
 * Fits the calibration that foretells best: each kind is fitted on four fifths of the documents and judged on the others,
 * in turn, at its whole strength and at half of it. None is the choice unless another is better, and no choice is worse than none, on all answers or on the
 * relations given.
 * @param prior what undoes the training's prior (`priorOffsets`)
 * @param most the most logits that are read
 */
export function chooseCalibration(
  rows: readonly GroupedRow[],
  prior: readonly number[],
  labels: LabelKind,
  most = mostLogits,
): Choice {
  const read = enoughOf(rows, most / prior.length);
  const parts = foldsOf(read);
  const asked = givenBy(read, labels);
  const fitters = parts.map((_, i) =>
    calibrationFitter(
      parts.flatMap((other, j) => (i === j ? [] : other)),
      prior,
      labels,
    ),
  );
  const trials = kindsFor(prior, parts.length, labels).flatMap((kind): Trial[] => {
    const sums = strengthsOf(kind).map((strength) => ({ kind, strength, all: 0, given: 0 }));
    for (const [i, part] of parts.entries()) {
      const whole = calibrationOf(kind, fitters[i]!, prior);
      for (const sum of sums) {
        const calibration = weakened(whole, prior, sum.strength);
        for (const row of part) {
          const losses = lossesOf(row, calibrated(row.logits, calibration), asked.get(row)!, labels);
          sum.all += losses.all;
          sum.given += losses.given;
        }
      }
    }
    return sums;
  });
  const [none, ...others] = trials as [Trial, ...Trial[]];
  let best = none;
  for (const trial of others) {
    if (trial.all > none.all || trial.given > none.given) continue;
    if (shareOf(trial, none) < (1 - worthwhile) * shareOf(best, none)) best = trial;
  }
  const whole = calibrationOf(best.kind, calibrationFitter(read, prior, labels), prior);
  return { calibration: weakened(whole, prior, best.strength), best, trials };
}

/** Kinds that can be tried: what was fitted needs documents that it was not fitted on. */
function kindsFor(prior: readonly number[], parts: number, { isMultiLabel }: LabelKind): CalibrationKind[] {
  return calibrationKinds.filter((kind) => {
    if (kind === "none") return true;
    if (kind === "prior") return prior.some((offset) => offset !== 0);
    return parts > 1 && (kind !== "beta" || isMultiLabel);
  });
}

function calibrationOf(kind: CalibrationKind, fit: Fitter, prior: readonly number[]): Calibration {
  if (kind === "none") return { kind, temperature: 1, offsets: prior.map(() => 0) };
  if (kind === "prior") return { kind, temperature: 1, offsets: prior };
  return fit(kind);
}

/**
 * A fit for all answers may go too far for the relations given, where half of the way does both good: the losses are convex
 * in the parameters.
 */
const strengthsOf = (kind: CalibrationKind): readonly number[] =>
  kind === "none" || kind === "prior" ? [1] : [1, 0.5];

/** A calibration between that of the prior alone and this one. */
function weakened(whole: Calibration, prior: readonly number[], strength: number): Calibration {
  if (strength === 1) return whole;
  const { kind, temperature, offsets, beta } = whole;
  const between = (from: number, to: number): number => from + strength * (to - from);
  const scale = between(1, 1 / temperature);
  return {
    kind,
    temperature: 1 / scale,
    offsets: offsets.map((offset, id) => prior[id]! + (strength * (offset - prior[id]!)) / temperature / scale),
    ...(beta ? { beta: [between(1, beta[0]), between(1, beta[1]), between(0, beta[2])] } : {}),
  };
}

/** The mean of both losses, each as a share of that without calibration. */
const shareOf = ({ all, given }: Trial, none: Trial): number =>
  ((none.all > 0 ? all / none.all : 1) + (none.given > 0 ? given / none.given : 1)) / 2;

/** The rows, or those of documents at even distances if there are too many. */
function enoughOf(rows: readonly GroupedRow[], most: number): readonly GroupedRow[] {
  const share = most / rows.length;
  if (share >= 1) return rows;
  const numbers = numbersOf(rows);
  return rows.filter(({ group }) => {
    const number = numbers.get(group)!;
    return Math.floor((number + 1) * share) > Math.floor(number * share);
  });
}

/** The documents, numbered in their order. */
function numbersOf(rows: readonly GroupedRow[]): Map<unknown, number> {
  const numbers = new Map<unknown, number>();
  for (const { group } of rows) if (!numbers.has(group)) numbers.set(group, numbers.size);
  return numbers;
}

/** The rows by fold: documents in their order, one after the other. */
function foldsOf(rows: readonly GroupedRow[]): GroupedRow[][] {
  const numbers = numbersOf(rows);
  const parts: GroupedRow[][] = Array.from({ length: Math.min(foldCount, numbers.size) }, () => []);
  for (const row of rows) parts[numbers.get(row.group)! % foldCount]!.push(row);
  return parts;
}

/**
 * The relations that the model itself gives each example: the label with the highest logit, or of several labels the most
 * probable of all examples, as many as there are gold relations. They do not depend on a calibration.
 */
function givenBy(rows: readonly CalibrationRow[], { isMultiLabel, noRelationId: none }: LabelKind) {
  const relations = rows.map((row) => ({
    row,
    ids: [...row.logits.keys()].filter((id) => id !== none && row.logits[id] !== -Infinity),
  }));
  if (!isMultiLabel) {
    const best = (row: CalibrationRow, ids: readonly number[]): number | undefined =>
      ids.reduce<number | undefined>(
        (a, id) => (a !== undefined && row.logits[a]! >= row.logits[id]! ? a : id),
        undefined,
      );
    return new Map(
      relations.map(({ row, ids }) => {
        const id = best(row, ids);
        const isGiven = id !== undefined && (none === null || row.logits[id]! > row.logits[none]!);
        return [row, isGiven ? [id] : []];
      }),
    );
  }
  const gold = rows.reduce((sum, { labels }) => sum + labels.filter((id) => id !== none).length, 0);
  const logits = relations.flatMap(({ row, ids }) => ids.map((id) => row.logits[id]!)).sort((a, b) => b - a);
  const least = gold === 0 ? Infinity : (logits[gold - 1] ?? -Infinity);
  return new Map(relations.map(({ row, ids }) => [row, ids.filter((id) => row.logits[id]! >= least)]));
}

/** The losses of an example with calibrated logits; a gold label that cannot be has none. */
function lossesOf(
  { labels }: CalibrationRow,
  z: Float32Array,
  given: readonly number[],
  { isMultiLabel, noRelationId: none }: LabelKind,
): { all: number; given: number } {
  if (isMultiLabel) {
    const lossOf = (id: number): number => softplus(labels.includes(id) ? -z[id]! : z[id]!);
    const ids = [...z.keys()].filter((id) => id !== none && z[id] !== -Infinity);
    return { all: sumOf(ids.map(lossOf)), given: sumOf(given.map(lossOf)) };
  }
  const highest = z.reduce((a, b) => Math.max(a, b), -Infinity);
  const total = highest + Math.log(z.reduce((sum, value) => sum + Math.exp(value - highest), 0));
  const [gold] = labels as [number];
  // ln p, and ln(1 − p) of p near 1 without its rounding.
  const certain = (id: number): number => Math.min(0, z[id]! - total);
  const others = (id: number): number =>
    Math.log(z.reduce((sum, value, i) => sum + (i === id ? 0 : Math.exp(value - highest)), 0)) + highest - total;
  return {
    all: z[gold] === -Infinity ? 0 : -certain(gold),
    given: sumOf(given.map((id) => -(id === gold ? certain(id) : Math.max(-700, others(id))))),
  };
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
