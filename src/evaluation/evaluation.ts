import { compareWithBaselines, type Baseline, type NamedScores, type Unbeaten } from "./baselines.ts";
import { compareByDocument, type Comparison, type JudgedPair } from "./bootstrap.ts";
import { countByDistance, type DistanceBin } from "./distances.ts";
import { confusionOfSets, withRight, type ConfusionMatrix } from "./confusion.ts";
import { worstMistakes, type Answer, type LabelledExample, type MarkedSpans, type Mistakes } from "./mistakes.ts";
import type { Reliabilities } from "./reliability.ts";
import { metricsOf, metricValue, scoresOf, type MetricName, type Scores } from "./scores.ts";
import { standardErrorOf } from "./standard-error.ts";
import type { OfficialScore } from "./semeval2010.ts";
import type { Unit } from "../corpus/unit.ts";

/** All scores of a model on one set of documents, and those of the baselines. */
export interface Evaluation {
  readonly unit: Unit;
  readonly scores: Scores;
  readonly confusion: ConfusionMatrix;
  readonly baselines: readonly (NamedScores & { readonly description: string })[];
  /** The metrics on which the model does not beat a baseline; empty if it beats all of them on all. */
  readonly unbeaten: readonly Unbeaten[];
  /** The comparison with the baselines: whether the differences may be chance. */
  readonly comparison: Comparison;
  readonly mistakes: Mistakes;
  /** Relations by the number of words between their mentions; empty for a task without pairs. */
  readonly distances?: readonly DistanceBin[];
  /** Number of examples that the model did not score; they count as predicted with the no-relation label. */
  readonly unscored: number;
  /** Number of unscored examples with a gold relation; each counts as a miss. */
  readonly unscoredRelated: number;
  /** How far probabilities are frequencies; `before` is without the calibration of the model, if it has one. */
  readonly reliability?: Reliabilities & { readonly before?: Reliabilities };
  /** The official score; only if all documents are of SemEval-2010 Task 8. */
  readonly official?: OfficialScore;
  /** Of the entities that are found in the same texts, if the model finds them too. */
  readonly entities?: Evaluation;
}

/** The answers to a set of examples, counted. */
export interface ScoredAnswers<Example> {
  readonly answers: readonly Answer<Example>[];
  /** The answers without what calibration changes, if the model is calibrated. */
  readonly uncalibrated?: readonly Answer<Example>[];
  readonly scores: Scores;
  readonly confusion: ConfusionMatrix;
  /** The standard error of a metric over documents; undefined where it cannot be known. */
  readonly standardError: (metric: MetricName) => number | undefined;
  /** The entities that are found in the same texts, if the model finds them too. */
  readonly entities?: ScoredAnswers<LabelledExample>;
}

/** The value of a metric; the mean of both where entities are found too. */
export function metricOf({ scores, entities }: ScoredAnswers<LabelledExample>, metric: MetricName): number {
  const value = metricValue(scores, metric);
  return entities ? (value + metricValue(entities.scores, metric)) / 2 : value;
}

/**
 * The standard error of `metricOf`, as if the errors of both parts were independent where entities are found too; undefined
 * where one of them cannot be known.
 */
export function spreadOf({ standardError, entities }: ScoredAnswers<LabelledExample>, metric: MetricName) {
  const own = standardError(metric);
  if (!entities || own === undefined) return own;
  const ofEntities = entities.standardError(metric);
  return ofEntities === undefined ? undefined : Math.hypot(own, ofEntities) / 2;
}

export interface CountingOptions {
  readonly id2label: readonly string[];
  readonly unit: Unit;
  /** The no-relation label, if there is one. */
  readonly noRelationId: number | null;
  /**
   * By document the number of examples that were not made; they count with the no-relation label in gold and
   * predictions.
   */
  readonly omitted?: ReadonlyMap<unknown, number> | undefined;
  /** The label ids that count as predicted for an example with these gold labels that the model did not score. */
  readonly unanswered: (gold: readonly number[]) => readonly number[];
}

/** Counts predictions, and the examples without one. */
export function scoreAnswers<Example extends LabelledExample>(
  answers: readonly Answer<Example>[],
  unscored: readonly Example[],
  loss: number,
  options: CountingOptions,
): ScoredAnswers<Example> {
  const { unit, noRelationId, unanswered } = options;
  const confusion = confusionWith(
    [...answers.map(({ example }) => example.labels), ...unscored.map(({ labels }) => labels)],
    [...answers.map(({ labels }) => labels), ...unscored.map(({ labels }) => unanswered(labels))],
    options,
  );
  const judged = (): JudgedPair[] => [
    ...answers.map(({ example: { document, labels: gold }, labels }) => ({ document, gold, predicted: [labels] })),
    ...unscored.map(({ document, labels: gold }) => ({ document, gold, predicted: [unanswered(gold)] })),
  ];
  const counted = { labelCount: options.id2label.length, noRelationId: noRelationId ?? 0 };
  return {
    answers,
    confusion,
    scores: scoresOf(confusion, { noRelationId, loss, unit }),
    standardError: (metric) => standardErrorOf(judged(), metric, counted),
  };
}

/** Counts examples, with those that were not made. */
function confusionWith(
  gold: readonly (readonly number[])[],
  predicted: readonly (readonly number[])[],
  { id2label, noRelationId, omitted }: CountingOptions,
): ConfusionMatrix {
  const confusion = confusionOfSets(gold, predicted, id2label, noRelationId ?? undefined);
  return noRelationId === null ? confusion : withRight(confusion, noRelationId, sumOf(omitted));
}

const sumOf = (omitted: CountingOptions["omitted"] = new Map()): number =>
  [...omitted.values()].reduce((sum, count) => sum + count, 0);

const compared: readonly MetricName[] = ["accuracy", "macro_f1", "relation_macro_f1", "relation_micro_f1"];

/**
 * Compares the scores with those of baselines on the same examples.
 * @param spansOf the spans of an example that the excerpt of a mistake marks
 */
export function compareAnswers<Example extends LabelledExample>(
  { answers, scores, confusion }: ScoredAnswers<Example>,
  unscored: readonly Example[],
  baselines: readonly Baseline<Example>[],
  spansOf: (example: Example) => MarkedSpans,
  options: CountingOptions,
): Evaluation {
  const { id2label, unit, noRelationId, omitted = new Map(), unanswered } = options;
  const all = [...answers.map(({ example }) => example), ...unscored];
  const given = [...answers.map(({ labels }) => labels), ...unscored.map(({ labels }) => unanswered(labels))];
  const answersOfBaselines = baselines.map((baseline) => all.map((example) => baseline.predict(example)));
  const gold = all.map(({ labels }) => labels);
  const rivals = baselines.map(({ name, description }, i) => ({
    name,
    description,
    scores: scoresOf(confusionWith(gold, answersOfBaselines[i]!, options), { noRelationId, unit }),
  }));
  const known = metricsOf(scores);
  const metrics = compared.filter((metric) => known.includes(metric));
  const judged: JudgedPair[] = all.map(({ document, labels }, i) => ({
    document,
    gold: labels,
    predicted: [given[i]!, ...answersOfBaselines.map((ofBaseline) => ofBaseline[i]!)],
  }));
  const none = [noRelationId ?? 0];
  for (const [document, count] of omitted)
    judged.push({ document, gold: none, predicted: [none, ...baselines.map(() => none)], count });
  const names = baselines.map(({ name }) => name);
  return {
    unit,
    scores,
    confusion,
    baselines: rivals,
    unbeaten: compareWithBaselines(scores, rivals, metrics),
    comparison: compareByDocument(judged, names, metrics, {
      labelCount: id2label.length,
      noRelationId: noRelationId ?? 0,
    }),
    mistakes: worstMistakes(answers, id2label, spansOf),
    distances: countByDistance(
      all.map((example, i) => ({ example, spans: spansOf(example), predicted: given[i]! })),
      noRelationId,
    ),
    unscored: unscored.length + sumOf(omitted),
    unscoredRelated: unscored.filter(({ labels }) => labels[0] !== noRelationId).length,
  };
}
