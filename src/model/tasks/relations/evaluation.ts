import { noRelationId } from "../../../corpus/labels.ts";
import type { PairExample } from "../../../corpus/pairs.ts";
import type { RelationSchema } from "../../../corpus/schema.ts";
import { pairUnit } from "../../../corpus/unit.ts";
import type { Baseline } from "../../../evaluation/baselines.ts";
import { abstain, type Abstention } from "../../../evaluation/abstention.ts";
import { decodePairs, type Decision } from "../../../evaluation/decoding.ts";
import {
  compareAnswers,
  scoreAnswers,
  type CountingOptions,
  type Evaluation,
  type ScoredAnswers,
} from "../../../evaluation/evaluation.ts";
import type { Answer } from "../../../evaluation/mistakes.ts";
import { binaryCrossEntropyOf, crossEntropyOf } from "../../../evaluation/probabilities.ts";
import { reliabilitiesOf, type Reliabilities } from "../../../evaluation/reliability.ts";
import type { Scores } from "../../../evaluation/scores.ts";
import {
  decodeSentences,
  officialScore,
  type OfficialScore,
  type SentenceLabel,
} from "../../../evaluation/semeval2010.ts";
import type { CorpusSource } from "../../../formats/read.ts";
import { rowsOf, type Encoded } from "../encoded.ts";
import { spansOf } from "./judge.ts";
import type { RelationsLearned } from "./learned.ts";

/**
 * Scores of logits [pairs, labels] by text.
 * @param id2label the labels of the pairs: those of the schema, which has the labels of the logits, and perhaps others
 * after them, which are never predicted and have no loss
 */
export function scoresOfLogits(
  { texts, unscored, omitted }: Encoded<PairExample>,
  logits: readonly Float32Array[],
  schema: RelationSchema,
  decision: Decision = {},
  id2label: readonly string[] = schema.id2label,
): ScoredAnswers<PairExample> {
  const { calibration } = decision;
  const raw = rowsOf(texts, logits).map(({ example: pair, logits: row }) => ({ pair, logits: row }));
  const answers = answersOf(raw, schema, decision);
  const lossOf = ({ pair, logits: row }: (typeof raw)[number]): number =>
    schema.multiLabel ? binaryCrossEntropyOf(row, pair.labels) : crossEntropyOf(row, pair.label);
  const known = raw.filter(({ pair }) => pair.labels.every((label) => label < schema.id2label.length));
  // That of the curve of the run: calibration is fitted without the labels that types exclude, which have a loss too.
  const loss = known.reduce((sum, row) => sum + lossOf(row), 0) / Math.max(1, known.length);
  const scored = scoreAnswers(answers, examplesOf(unscored), loss, countingOf(schema, id2label, omitted));
  const uncalibrated = calibration ? { uncalibrated: answersOf(raw, schema, {}) } : {};
  const counted = calibration ? withLossNote(scored.scores, "before calibration") : scored.scores;
  const scores =
    known.length === raw.length ? counted : withLossNote(counted, "pairs whose label the model does not know left out");
  return { ...scored, ...uncalibrated, scores };
}

const answersOf = (
  rows: Parameters<typeof decodePairs<PairExample>>[0],
  schema: RelationSchema,
  decision: Decision,
): Answer<PairExample>[] =>
  decodePairs(rows, schema, decision).map(({ pair: example, ...answer }) => ({ example, ...answer }));

const withLossNote = (scores: Scores, note: string): Scores => ({
  ...scores,
  protocol: { ...scores.protocol, loss: `${scores.protocol.loss}; ${note}` },
});

/** Takes answers below a probability back; the scores count them as pairs without a relation. */
export function abstainFromPairs(
  { unscored, omitted }: Encoded<PairExample>,
  scored: ScoredAnswers<PairExample>,
  { decoding, multiLabel: isMultiLabel, noRelationId: none, goldLabels = decoding.id2label }: RelationsLearned,
  below: number,
): { scored: ScoredAnswers<PairExample>; abstention: Abstention } {
  const { answers, abstention } = abstain(scored.answers, below, { noRelationId: none, isMultiLabel });
  const counted = scoreAnswers(
    answers,
    examplesOf(unscored),
    scored.scores.loss ?? Number.NaN,
    countingOf(decoding, goldLabels, omitted),
  );
  return { scored: { ...scored, ...counted }, abstention };
}

/** A pair that the model is not shown counts as one without a relation. */
const countingOf = (
  schema: RelationSchema,
  id2label: readonly string[],
  omitted: Encoded<PairExample>["omitted"],
): CountingOptions => {
  const none = noRelationId(schema);
  return { id2label, unit: pairUnit, noRelationId: none, omitted, unanswered: () => [none] };
};

const examplesOf = <Example>(unscored: readonly { readonly example: Example }[]): Example[] =>
  unscored.map(({ example }) => example);

/** The whole evaluation, with baselines on the same pairs. */
export function evaluatePairs(
  { unscored, omitted }: Encoded<PairExample>,
  scored: ScoredAnswers<PairExample>,
  schema: RelationSchema,
  baselines: readonly Baseline[],
  sources: readonly CorpusSource[],
): Evaluation {
  const { id2label } = scored.confusion;
  const missed = examplesOf(unscored);
  const reliability = (answers: readonly Answer<PairExample>[]): Reliabilities =>
    reliabilitiesOf(answers, noRelationId(schema), schema.multiLabel);
  const { answers, uncalibrated } = scored;
  const evaluation = {
    ...compareAnswers(scored, missed, baselines, spansOf, countingOf(schema, id2label, omitted)),
    reliability: {
      ...reliability(answers),
      // Thresholds are of calibrated probabilities: both figures are of the answers that are given by these.
      ...(uncalibrated
        ? {
            before: reliability(
              answers.map((answer, i) => ({ ...answer, probabilities: uncalibrated[i]!.probabilities })),
            ),
          }
        : {}),
    },
  };
  if (!sources.every(({ formats }) => formats.join() === "semeval2010")) return evaluation;
  const all = [...examplesOf(scored.answers), ...missed];
  return { ...evaluation, official: semevalScore(all, scored.answers, schema, id2label) };
}

/** The official score reads one label per sentence; ours come from its two ordered pairs. */
function semevalScore(
  all: readonly PairExample[],
  answers: readonly Answer<PairExample>[],
  schema: RelationSchema,
  id2label: readonly string[],
): OfficialScore {
  const none = noRelationId(schema);
  const direction = ({ head }: PairExample): "e1,e2" | "e2,e1" => (head === 0 ? "e1,e2" : "e2,e1");
  const gold = new Map<string, SentenceLabel>();
  for (const pair of all) {
    if (pair.label !== none)
      gold.set(pair.document.id, { relation: id2label[pair.label]!, direction: direction(pair) });
    else if (!gold.has(pair.document.id)) gold.set(pair.document.id, "Other");
  }
  const sentences = decodeSentences(
    [...gold.keys()],
    answers.map(({ example: pair, probabilities, labels: [label] }) => ({
      sentence: pair.document.id,
      direction: direction(pair),
      probabilities,
      label,
    })),
    schema.id2label,
    none,
  );
  return officialScore([...gold].map(([id, label]) => ({ gold: label, predicted: sentences.labels.get(id)! })));
}
