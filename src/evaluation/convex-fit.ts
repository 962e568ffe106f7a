import { solved } from "./linear-system.ts";

/**
 * Rows of logits that are linear in a few parameters: slopes, one for each feature, and shifts, of which each label has
 * one or none. Flat arrays, since the fit goes over them a few hundred times.
 */
export interface FitRows {
  /** The place of each row's first label among all, and after the last row that of the end. */
  readonly starts: Int32Array;
  /** The features of each label, one label after the other. */
  readonly features: Float64Array;
  /** The place of each label's shift; −1 for none. */
  readonly shifts: Int32Array;
  /** The place of the label of a row that holds; −1 for none, of a question of its own. */
  readonly holds: Int32Array;
}

export interface FitShape {
  readonly slopes: number;
  readonly shifts: number;
  /** The least and the greatest value of a slope. */
  readonly bounds: readonly [least: number, greatest: number];
  /** Whether each row is one label, which holds or not; else one label of each row holds. */
  readonly areQuestions: boolean;
}

/** A pull of slopes and shifts towards 1 and 0, as strong as an example: keeps them finite where all is right. */
const pull = 1;

/**
 * The parameters, slopes first, with the least cross entropy, by Newton's method: the problem is convex. A slope that
 * would leave its bounds stays at the bound, and the others are found again.
 */
export function leastLoss(rows: FitRows, shape: FitShape): Float64Array {
  const { slopes, shifts, bounds } = shape;
  const parameters = Float64Array.from({ length: slopes + shifts }, (_, i) => Number(i < slopes));
  const held = new Set<number>();
  for (;;) {
    descend(rows, shape, parameters, held);
    const beyond = [...parameters.subarray(0, slopes).keys()].find(
      (i) => !held.has(i) && (parameters[i]! < bounds[0] || parameters[i]! > bounds[1]),
    );
    if (beyond === undefined) return parameters;
    parameters[beyond] = Math.min(bounds[1], Math.max(bounds[0], parameters[beyond]!));
    held.add(beyond);
  }
}

/** Changes the parameters that are not held to those with the least loss. */
function descend(rows: FitRows, shape: FitShape, parameters: Float64Array, held: ReadonlySet<number>): void {
  const logits = new Float64Array(rows.shifts.length);
  let loss = lossOf(rows, shape, parameters, logits);
  for (let round = 0; round < 50; round++) {
    const { step, gain } = newtonStep(rows, shape, parameters, held);
    if (!(gain > 1e-9)) return;
    for (let length = 1; ; length /= 2) {
      const moved = parameters.map((value, i) => value - length * step[i]!);
      const next = lossOf(rows, shape, moved, logits);
      if (next <= loss) {
        parameters.set(moved);
        loss = next;
        break;
      }
      if (length < 1e-6) return;
    }
  }
}

const target = (i: number, { slopes }: FitShape): number => Number(i < slopes);

/** The loss, with the logits of all labels in `logits`. */
function lossOf(rows: FitRows, shape: FitShape, parameters: Float64Array, logits: Float64Array): number {
  const { starts, features, shifts, holds } = rows;
  const { slopes, areQuestions } = shape;
  for (let label = 0; label < logits.length; label++) {
    let z = shifts[label]! < 0 ? 0 : parameters[slopes + shifts[label]!]!;
    for (let k = 0; k < slopes; k++) z += parameters[k]! * features[label * slopes + k]!;
    logits[label] = z;
  }
  let sum = 0;
  for (const [i, value] of parameters.entries()) sum += (pull / 2) * (value - target(i, shape)) ** 2;
  for (let row = 0; row < holds.length; row++) {
    const start = starts[row]!;
    sum += partition(logits, start, starts[row + 1]!, areQuestions);
    if (holds[row]! >= 0) sum -= logits[start + holds[row]!]!;
  }
  return sum;
}

/** The logarithm of the sum of exponentials; of a question with 1, the exponential of what speaks against. */
function partition(logits: Float64Array, start: number, end: number, isQuestion: boolean): number {
  let highest = isQuestion ? 0 : -Infinity;
  for (let i = start; i < end; i++) highest = Math.max(highest, logits[i]!);
  let total = isQuestion ? Math.exp(-highest) : 0;
  for (let i = start; i < end; i++) total += Math.exp(logits[i]! - highest);
  return highest + Math.log(total);
}

/** Newton's step, and by how much it would lessen a loss that were quadratic. */
function newtonStep(
  rows: FitRows,
  shape: FitShape,
  parameters: Float64Array,
  held: ReadonlySet<number>,
): { readonly step: Float64Array; readonly gain: number } {
  const { starts, features, shifts, holds } = rows;
  const { slopes, areQuestions } = shape;
  const count = parameters.length;
  const logits = new Float64Array(shifts.length);
  lossOf(rows, shape, parameters, logits);
  const gradient = parameters.map((value, i) => pull * (value - target(i, shape)));
  const hessian = Array.from({ length: count }, (_, i) => new Float64Array(count).fill(pull, i, i + 1));
  const mean = new Float64Array(count);
  // The parameters that a label depends on, and how: its features, and 1 for its shift.
  const places = Int32Array.from({ length: slopes + 1 }, (_, k) => k);
  const weights = new Float64Array(slopes + 1).fill(1);
  for (let row = 0; row < holds.length; row++) {
    const [start, end] = [starts[row]!, starts[row + 1]!];
    const sum = partition(logits, start, end, areQuestions);
    for (let label = start; label < end; label++) {
      const p = Math.exp(logits[label]! - sum);
      const error = p - Number(label - start === holds[row]);
      const spread = areQuestions ? p * (1 - p) : p;
      for (let k = 0; k < slopes; k++) weights[k] = features[label * slopes + k]!;
      places[slopes] = slopes + shifts[label]!;
      const used = shifts[label]! < 0 ? slopes : slopes + 1;
      for (let a = 0; a < used; a++) {
        gradient[places[a]!]! += error * weights[a]!;
        mean[places[a]!]! += p * weights[a]!;
        for (let b = 0; b < used; b++) hessian[places[a]!]![places[b]!]! += spread * weights[a]! * weights[b]!;
      }
    }
    if (!areQuestions) for (let i = 0; i < count; i++) subtract(hessian[i]!, mean, mean[i]!);
    mean.fill(0);
  }
  for (const i of held) {
    gradient[i] = 0;
    for (let j = 0; j < count; j++) hessian[i]![j] = hessian[j]![i] = Number(i === j);
  }
  const step = solved(hessian, gradient);
  return { step, gain: step.reduce((sum, value, i) => sum + value * gradient[i]!, 0) };
}

function subtract(row: Float64Array, other: Float64Array, factor: number): void {
  if (factor !== 0) for (let j = 0; j < row.length; j++) row[j]! -= factor * other[j]!;
}
