import type { Answer, LabelledExample } from "./mistakes.ts";

/** An answer with its probability. */
export interface Confidence {
  readonly probability: number;
  readonly isRight: boolean;
}

/** Answers of about one probability. */
export interface ReliabilityBin {
  readonly low: number;
  readonly high: number;
  readonly count: number;
  /** The mean probability, and the share that is right. */
  readonly probability: number;
  readonly right: number;
}

/** How far probabilities are frequencies. */
export interface Reliability {
  readonly count: number;
  /**
   * The expected calibration error (Naeini et al. 2015): the mean distance between the probability and the share that is
   * right, over bins of equal width, weighted by their answers.
   */
  readonly ece: number;
  /** The mean probability, and the share that is right. */
  readonly probability: number;
  readonly right: number;
  /** Bins without an answer are left out. */
  readonly bins: readonly ReliabilityBin[];
}

const binCount = 15;

interface Sums {
  count: number;
  probability: number;
  right: number;
}

const emptyBins = (): Sums[] => Array.from({ length: binCount }, () => ({ count: 0, probability: 0, right: 0 }));

function count(bins: readonly Sums[], probability: number, isRight: boolean): void {
  // Bins are open below and closed above, as those of Guo et al. (2017).
  const bin = bins[Math.min(binCount - 1, Math.max(0, Math.ceil(probability * binCount) - 1))]!;
  bin.count++;
  bin.probability += probability;
  bin.right += Number(isRight);
}

export function reliabilityOf(answers: readonly Confidence[]): Reliability {
  const bins = emptyBins();
  for (const { probability, isRight } of answers) count(bins, probability, isRight);
  return ofBins(bins);
}

function ofBins(bins: readonly Sums[]): Reliability {
  const answers = bins.reduce((sum, bin) => sum + bin.count, 0);
  const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
  const total = (key: "probability" | "right"): number => bins.reduce((sum, bin) => sum + bin[key], 0);
  const distance = bins.reduce((sum, { probability, right }) => sum + Math.abs(probability - right), 0);
  return {
    count: answers,
    ece: ratio(distance, answers),
    probability: ratio(total("probability"), answers),
    right: ratio(total("right"), answers),
    bins: bins.flatMap(({ count: ofBin, probability, right }, i) =>
      ofBin === 0
        ? []
        : [
            {
              low: i / binCount,
              high: (i + 1) / binCount,
              count: ofBin,
              probability: probability / ofBin,
              right: right / ofBin,
            },
          ],
    ),
  };
}

/** The reliability of a model's answers. */
export interface Reliabilities {
  /** Of every answer, no relation included; if an example may have several labels, of every label of every example. */
  readonly all: Reliability;
  /** Of the relations that were given. */
  readonly relations: Reliability;
}

/** Measures how far the probabilities of answers are frequencies. */
export function reliabilitiesOf(
  answers: readonly Answer<LabelledExample>[],
  noRelationId: number | null,
  isMultiLabel: boolean,
): Reliabilities {
  const [all, relations] = [emptyBins(), emptyBins()];
  // Of many pairs with many labels each there are millions of answers: none of them is kept.
  for (const { example, probabilities, labels } of answers) {
    for (const id of labels) {
      const isRight = example.labels.includes(id);
      if (id !== noRelationId) count(relations, probabilities[id]!, isRight);
      if (!isMultiLabel) count(all, probabilities[id]!, isRight);
    }
    if (!isMultiLabel) continue;
    for (let id = 0; id < probabilities.length; id++)
      if (id !== noRelationId) count(all, probabilities[id]!, example.labels.includes(id));
  }
  return { all: ofBins(all), relations: ofBins(relations) };
}
