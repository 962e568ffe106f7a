import { sigmoid } from "./probabilities.ts";

/**
 * A change of logits after which probabilities are frequencies: each logit plus the offset of its label, divided by the
 * temperature (Guo et al. 2017).
 */
export interface Calibration {
  readonly temperature: number;
  /** By label id. */
  readonly offsets: readonly number[];
}

/** Logits [labels] of an example, and its gold labels. Labels that cannot be, for the types of a pair, have −∞. */
export interface CalibrationRow {
  readonly logits: Float32Array;
  readonly labels: readonly number[];
}

export const calibrated = (logits: Float32Array, { temperature, offsets }: Calibration): Float32Array =>
  logits.map((logit, id) => (logit + offsets[id]!) / temperature);

/** How many examples of each label a model was trained on, and how many there were. */
export interface PriorCounts {
  /** By label id. */
  readonly trained: readonly number[];
  readonly all: readonly number[];
  /** The weights of labels in the loss, by id, if not all are 1. */
  readonly weights?: readonly number[] | undefined;
}

/**
 * Offsets that undo a prior of the training: a label that was thinned, or weighted in the loss, is as probable as training
 * made it, not as the data has it (Saerens et al. 2002). A label of which nothing was kept gets none: it was not learnt.
 * @param isMultiLabel whether each label is a question of its own: then the examples without it were thinned
 */
export function priorOffsets({ trained, all, weights }: PriorCounts, isMultiLabel: boolean): number[] {
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
  const logOf = (ratio: number): number => (Number.isFinite(ratio) && ratio > 0 ? Math.log(ratio) : 0);
  const [trainedSum, allSum] = [sum(trained), sum(all)];
  return trained.map((count, id) => {
    const weight = logOf(weights?.[id] ?? 1);
    return isMultiLabel
      ? -logOf((allSum - all[id]!) / (trainedSum - count)) - weight
      : logOf(all[id]! / count) - weight;
  });
}

/** A pull of temperature and shift towards 1 and 0, as strong as an example: keeps them finite where all is right. */
const pull = 1;

/**
 * Fits the temperature, and a shift of how probable it is that nothing holds, by maximum likelihood on examples that the
 * model did not learn from, at their natural prevalence. The problem is convex; Newton's method solves it.
 * @param offsets the offsets that are known before, such as those of `priorOffsets`
 * @param noRelationId the label that is shifted; null for none. With `isMultiLabel` all others are shifted together.
 */
export function fitCalibration(
  rows: readonly CalibrationRow[],
  offsets: readonly number[],
  { isMultiLabel, noRelationId: none }: { readonly isMultiLabel: boolean; readonly noRelationId: number | null },
): Calibration {
  const shifted = offsets.map((_, id) =>
    none === null ? 0 : isMultiLabel ? Number(id !== none) : Number(id === none),
  );
  // z = scale · (logit + offset) + shift · shifted
  let [scale, shift] = [1, 0];
  let loss = lossAt(scale, shift);
  for (let round = 0; round < 50; round++) {
    const { gradient, hessian } = derivatives();
    const [a, b, c] = hessian;
    const determinant = a * c - b * b;
    const step = [(c * gradient[0] - b * gradient[1]) / determinant, (a * gradient[1] - b * gradient[0]) / determinant];
    let length = 1;
    let next = lossAt(scale - step[0]!, shift - step[1]!);
    while (!(next <= loss) && length > 1e-6) {
      length /= 2;
      next = lossAt(scale - length * step[0]!, shift - length * step[1]!);
    }
    if (!(next < loss - 1e-12 * Math.abs(loss))) break;
    scale -= length * step[0]!;
    shift -= length * step[1]!;
    loss = next;
  }
  return { temperature: 1 / scale, offsets: offsets.map((offset, id) => offset + (shift * shifted[id]!) / scale) };

  function zOf(logits: Float32Array, atScale: number, atShift: number): Float64Array {
    return Float64Array.from(logits, (logit, id) => atScale * (logit + offsets[id]!) + atShift * shifted[id]!);
  }

  function lossAt(atScale: number, atShift: number): number {
    if (atScale <= 0) return Infinity;
    let sum = (pull / 2) * ((atScale - 1) ** 2 + atShift ** 2);
    for (const { logits, labels } of rows) {
      const z = zOf(logits, atScale, atShift);
      if (isMultiLabel) {
        for (const [id, value] of z.entries())
          if (counts(id, value))
            sum += Math.max(value, 0) - Number(labels.includes(id)) * value + Math.log1p(Math.exp(-Math.abs(value)));
      } else if (Number.isFinite(z[labels[0]!])) sum -= Math.log(Math.max(1e-30, softmax(z)[labels[0]!]!));
    }
    return sum;
  }

  /** The no-relation label of several labels is no question of its own; nor is a label that cannot be. */
  function counts(id: number, value: number): boolean {
    return id !== none && Number.isFinite(value);
  }

  function derivatives(): { gradient: [number, number]; hessian: [number, number, number] } {
    const gradient: [number, number] = [pull * (scale - 1), pull * shift];
    const hessian: [number, number, number] = [pull, 0, pull];
    for (const { logits, labels } of rows) {
      const z = zOf(logits, scale, shift);
      if (!isMultiLabel && !Number.isFinite(z[labels[0]!])) continue;
      const p = isMultiLabel ? z.map(sigmoid) : softmax(z);
      const mean = [0, 0];
      for (const [id, logit] of logits.entries()) {
        const x = logit + offsets[id]!;
        if (!Number.isFinite(x) || (isMultiLabel && id === none)) continue;
        const [probability, s] = [p[id]!, shifted[id]!];
        const error = probability - Number(labels.includes(id));
        gradient[0] += error * x;
        gradient[1] += error * s;
        const spread = isMultiLabel ? probability * (1 - probability) : probability;
        hessian[0] += spread * x * x;
        hessian[1] += spread * x * s;
        hessian[2] += spread * s * s;
        mean[0]! += probability * x;
        mean[1]! += probability * s;
      }
      if (isMultiLabel) continue;
      hessian[0] -= mean[0]! ** 2;
      hessian[1] -= mean[0]! * mean[1]!;
      hessian[2] -= mean[1]! ** 2;
    }
    return { gradient, hessian };
  }
}

/** In double precision, which the last steps to the least loss need. */
function softmax(values: Float64Array): Float64Array {
  const highest = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const exponentials = values.map((value) => Math.exp(value - highest));
  const total = exponentials.reduce((a, b) => a + b, 0);
  return exponentials.map((value) => value / total);
}
