import {
  bestOf,
  countOfUnit,
  type Evaluation,
  labelVerdict,
  metricNames,
  type Unbeaten,
  verdictOn,
} from "../../index.ts";
import { confusionTable } from "../../report/confusion-table.ts";
import { comparisonTable, labelTable } from "../../report/score-tables.ts";
import { wrap } from "./wrap.ts";

/**
 * Formats an evaluation for the terminal: the confusion matrix, the scores per label, the comparison with the
 * baselines, and a warning for the best baselines that the model does not beat.
 * @param rest a sentence that says where to find the rest of a table that is cut short
 */
export function renderEvaluation(evaluation: Evaluation, width: number, rest: string): string {
  const { confusion, scores, baselines, unbeaten, comparison, unscored, official } = evaluation;
  const sections = [
    `Confusion matrix, gold down, predicted across\n\n${confusionTable(confusion, { width, rest })}`,
    `Per label\n\n${labelTable(scores, { width, rest, intervals: comparison.labels })}`,
    `Model and baselines\n\n${comparisonTable(scores, baselines, metricNames, { rest })}`,
  ];
  const verdict = baselines.length > 0 ? verdictOn(unbeaten, comparison) : undefined;
  if (verdict) sections.push(verdict.sentence);
  if (unbeaten.length > 0) sections.push(warnings(unbeaten).join("\n"));
  sections.push(...labelVerdict(comparison, scores));
  if (comparison.scores.length > 0) sections.push(intervalSentence(comparison));
  if (unscored > 0) sections.push(unscoredSentence(evaluation));
  if (official) {
    const percent = (value: number): string => (100 * value).toFixed(2);
    sections.push(`Official score: macro F1 ${percent(official.macroF1)}\n${official.protocol}`);
  }
  return wrap(sections.join("\n\n"), width);
}

function intervalSentence({ scores, documents }: Evaluation["comparison"]): string {
  const shown = scores.map(
    ({ metric, value, low, high }) => `${metric} ${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`,
  );
  return `95 % intervals, if other documents like these ${documents} had been drawn: ${shown.join(", ")}.`;
}

function unscoredSentence({ scores, unit, unscored, unscoredRelated }: Evaluation): string {
  const count = countOfUnit(unscored, unit);
  return scores.noRelationId === null
    ? `${count} not shown to the model, for their length: all count as wrong.`
    : `${count} not shown to the model, for types, a bound or length, ${unscoredRelated} of them with a relation: all ` +
        "count as predicted without one.";
}

/** Makes a line for each baseline that is best on a metric on which the model does not beat it. */
function warnings(all: readonly Unbeaten[]): string[] {
  const unbeaten = bestOf(all);
  return [...new Set(unbeaten.map(({ baseline }) => baseline))].map((baseline) => {
    const metrics = unbeaten
      .filter((one) => one.baseline === baseline)
      .map(({ metric, model, score }) => `${metric} (${model.toFixed(3)} against ${score.toFixed(3)})`);
    return `WARNING: the model is no better than the ${baseline} baseline on ${metrics.join(", ")}.`;
  });
}
