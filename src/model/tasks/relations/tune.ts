import type { PairExample } from "../../../corpus/pairs.ts";
import { chooseCalibration } from "../../../evaluation/calibration-choice.ts";
import { priorOffsets, shiftedBy } from "../../../evaluation/calibration.ts";
import { densityShift } from "../../../evaluation/density.ts";
import { allowedLogits, decodePairs, type Thresholds } from "../../../evaluation/decoding.ts";
import { learnGlobalThreshold, learnThresholds, type ScoredLabels } from "../../../evaluation/thresholds.ts";
import { classWeights } from "../../../training/class-weights.ts";
import { rowsOf } from "../encoded.ts";
import type { Tuned, TuningFacts } from "../task.ts";
import type { RelationsLearned } from "./learned.ts";
import type { RelationsRun } from "./settings.ts";

/**
 * Learns from the kept checkpoint's answers to documents that it did not learn from: the calibration, which also undoes
 * what thinned pairs and weighted labels did to probabilities, and the thresholds of relations.
 */
export function tune(
  { encoded, logits, asked, trained }: TuningFacts<PairExample>,
  learned: RelationsLearned,
  settings: RelationsRun,
): Tuned<RelationsLearned> | undefined {
  const { decoding, multiLabel, noRelationId: none, id2label } = learned;
  const rows = rowsOf(encoded.texts, logits).map(({ example: pair, logits: row }) => ({ pair, logits: row }));
  const prior = priorOffsets(
    {
      trained: countsOf(trained, id2label.length),
      all: countsOf(asked, id2label.length),
      weights: classWeights(settings.classWeights, countsOf(trained, id2label.length)),
    },
    multiLabel,
  );
  // Where no pair holds a relation, the best fit is that none ever does.
  const hasRelations = rows.some(({ pair }) => pair.labels.some((label) => label !== none));
  const chosen =
    settings.calibration === "no" || !hasRelations
      ? undefined
      : chooseCalibration(
          rows.map(({ pair, logits: row }) => ({
            logits: allowedLogits(pair, row, decoding),
            labels: pair.labels,
            group: pair.document,
          })),
          prior,
          { isMultiLabel: multiLabel, noRelationId: none },
        ).calibration;
  // A part that was drawn by lot is short of relations, or has too many, by chance; a file of one's own may have its reasons.
  const shift =
    settings.validation === undefined
      ? densityShift(
          asked,
          rows.map(({ pair }) => pair),
          none,
        )
      : 0;
  const calibration = chosen && shiftedBy(chosen, shift, none);
  const answers = decodePairs(rows, decoding, { calibration }).map(({ pair: example, ...answer }) => ({
    example,
    ...answer,
  }));
  const thresholds = thresholdsOf(answers, learned, settings.thresholds);
  const learnt = [...(calibration ? ["calibration"] : []), ...(thresholds ? ["thresholds of probability"] : [])];
  if (learnt.length === 0) return undefined;
  return { learned: { ...learned, calibration, thresholds }, learnt };
}

function thresholdsOf(
  answers: readonly ScoredLabels[],
  { multiLabel, noRelationId: none, id2label }: RelationsLearned,
  wanted: RelationsRun["thresholds"],
): Thresholds | undefined {
  const kind = wanted === "auto" ? (multiLabel ? "relation" : "none") : wanted;
  if (kind === "none") return undefined;
  if (kind === "relation") return learnThresholds(answers, id2label.length, multiLabel ? null : none);
  return learnGlobalThreshold(answers, id2label.length, none);
}

function countsOf(examples: readonly PairExample[], labels: number): number[] {
  const counts = Array.from({ length: labels }, () => 0);
  for (const example of examples) for (const id of example.labels) counts[id]!++;
  return counts;
}
