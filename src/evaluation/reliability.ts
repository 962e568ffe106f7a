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

export function reliabilityOf(answers: readonly Confidence[]): Reliability {
  const bins = Array.from({ length: binCount }, () => ({ count: 0, probability: 0, right: 0 }));
  for (const { probability, isRight } of answers) {
    // Bins are open below and closed above, as those of Guo et al. (2017).
    const bin = bins[Math.min(binCount - 1, Math.max(0, Math.ceil(probability * binCount) - 1))]!;
    bin.count++;
    bin.probability += probability;
    bin.right += Number(isRight);
  }
  const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
  const total = (key: "probability" | "right"): number => bins.reduce((sum, bin) => sum + bin[key], 0);
  const distance = bins.reduce((sum, { probability, right }) => sum + Math.abs(probability - right), 0);
  return {
    count: answers.length,
    ece: ratio(distance, answers.length),
    probability: ratio(total("probability"), answers.length),
    right: ratio(total("right"), answers.length),
    bins: bins.flatMap(({ count, probability, right }, i) =>
      count === 0
        ? []
        : [
            {
              low: i / binCount,
              high: (i + 1) / binCount,
              count,
              probability: probability / count,
              right: right / count,
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
  const confidence = ({ example, probabilities }: (typeof answers)[number], id: number): Confidence => ({
    probability: probabilities[id]!,
    isRight: example.labels.includes(id),
  });
  const given = answers.flatMap((answer) => answer.labels.map((id) => ({ id, ...confidence(answer, id) })));
  const all = isMultiLabel
    ? answers.flatMap((answer) =>
        Array.from(answer.probabilities, (_, id) => (id === noRelationId ? [] : [confidence(answer, id)])).flat(),
      )
    : given;
  return { all: reliabilityOf(all), relations: reliabilityOf(given.filter(({ id }) => id !== noRelationId)) };
}
