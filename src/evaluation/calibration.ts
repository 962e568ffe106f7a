/** The forms that a calibration may have, the simplest first. */
export const calibrationKinds = ["none", "prior", "temperature", "temperature+prior", "relation", "beta"] as const;
export type CalibrationKind = (typeof calibrationKinds)[number];

/**
 * A change of logits after which probabilities are frequencies: each logit plus the offset of its label, divided by the
 * temperature (Guo et al. 2017; with an offset for each label, Alexandari et al. 2020), and then perhaps bent.
 */
export interface Calibration {
  readonly kind: CalibrationKind;
  readonly temperature: number;
  /** By label id. */
  readonly offsets: readonly number[];
  /** Slopes a, b and shift c of beta calibration (Kull et al. 2017), of labels that are questions of their own. */
  readonly beta?: BetaMap | undefined;
}

export type BetaMap = readonly [a: number, b: number, c: number];

/** Logits [labels] of an example, and its gold labels. Labels that cannot be, for the types of a pair, have −∞. */
export interface CalibrationRow {
  readonly logits: Float32Array;
  readonly labels: readonly number[];
}

/** Whether labels exclude each other. */
export interface LabelKind {
  readonly isMultiLabel: boolean;
  /** The label that nothing holds; null for none. */
  readonly noRelationId: number | null;
}

export function calibrated(logits: Float32Array, { temperature, offsets, beta }: Calibration): Float32Array {
  return logits.map((logit, id) => {
    const z = (logit + offsets[id]!) / temperature;
    return beta ? bent(z, beta) : z;
  });
}

/** a · ln p − b · ln(1 − p) + c of the probability p whose logit is z. */
export const bent = (z: number, [a, b, c]: BetaMap): number => b * softplus(z) - a * softplus(-z) + c;

/** ln(1 + e^z) without overflow. */
export const softplus = (z: number): number => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));

/**
 * Shifts all relations by a difference of log odds, as where the documents of the fit had more relations than others have. A
 * calibration that fits no shift has learnt none from these documents, and stays.
 */
export function shiftedBy(calibration: Calibration, shift: number, noRelationId: number): Calibration {
  const { kind, temperature, offsets, beta } = calibration;
  if (kind === "none" || kind === "prior" || kind === "temperature") return calibration;
  if (beta) return { ...calibration, beta: [beta[0], beta[1], beta[2] + shift] };
  return {
    ...calibration,
    offsets: offsets.map((offset, id) => (id === noRelationId ? offset : offset + shift * temperature)),
  };
}

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
