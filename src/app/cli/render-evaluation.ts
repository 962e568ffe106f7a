import {
  type Abstention,
  bestOf,
  countOfUnit,
  type Evaluation,
  labelVerdict,
  metricNames,
  noRelationOf,
  type Unbeaten,
  verdictOn,
} from "../../index.ts";
import { confusionTable } from "../../report/confusion-table.ts";
import { comparisonTable, labelTable } from "../../report/score-tables.ts";
import { textTable } from "../../report/text-table.ts";
import { wrap } from "./wrap.ts";

/**
 * Formats an evaluation for the terminal: the confusion matrix, the scores per label, the comparison with the
 * baselines, then the verdict: the baselines that the model does not beat, and the scores that matter most.
 * @param rest a sentence that says where to find the rest of a table that is cut short
 */
export function renderEvaluation(evaluation: Evaluation, width: number, rest: string): string {
  const { confusion, scores, baselines, unbeaten, comparison, unscored, official } = evaluation;
  const sections = [
    `Confusion matrix, gold down, predicted across\n\n${confusionTable(confusion, { width, rest })}`,
    `Per label\n\n${labelTable(scores, { width, rest, intervals: comparison.labels })}`,
    `Model and baselines\n\n${comparisonTable(scores, baselines, metricNames, { width, rest })}`,
  ];
  if (comparison.scores.length > 0) sections.push(intervalSentence(comparison));
  if (evaluation.reliability) sections.push(reliabilityText(evaluation.reliability, evaluation));
  if (unscored > 0) sections.push(unscoredSentence(evaluation));
  if (official) {
    const percent = (value: number): string => (100 * value).toFixed(2);
    sections.push(`Official score: macro F1 ${percent(official.macroF1)}\n${official.protocol}`);
  }
  // The result comes last, where a terminal shows it without scrolling.
  const verdict = baselines.length > 0 ? verdictOn(unbeaten, comparison) : undefined;
  if (verdict) sections.push(verdict.sentence);
  if (unbeaten.length > 0) sections.push(warnings(unbeaten).join("\n"));
  sections.push(...labelVerdict(comparison, scores));
  sections.push(headline(evaluation));
  return wrap(sections.join("\n\n"), width);
}

/** The scores that matter most, in one line. */
function headline({ scores, unit }: Evaluation): string {
  const { relationMicroF1, relationMacroF1, microF1, macroF1 } = scores;
  const [micro, macro] = scores.noRelationId === null ? [microF1, macroF1] : [relationMicroF1, relationMacroF1];
  return `Result: F1 of ${unit.labels} ${micro.toFixed(3)} micro, ${macro.toFixed(3)} macro, over ${countOfUnit(scores.count, unit)}.`;
}

function intervalSentence({ scores, documents }: Evaluation["comparison"]): string {
  const shown = scores.map(
    ({ metric, value, low, high }) => `${metric} ${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`,
  );
  return `95 % intervals, if other documents like these ${documents} had been drawn: ${shown.join(", ")}.`;
}

/** Formats how far probabilities are frequencies, before and after calibration. */
export function reliabilityText(
  { before, ...after }: NonNullable<Evaluation["reliability"]>,
  { scores, unit }: Evaluation,
): string {
  const row = (name: string, reliabilities: Pick<typeof after, "all" | "relations"> | undefined): string[][] =>
    reliabilities
      ? (["all", "relations"] as const).map((which) => {
          const { count, ece, probability, right } = reliabilities[which];
          const what = which === "all" ? "all answers" : `${unit.labels} given`;
          return [`${what}${name}`, String(count), ...[probability, right, ece].map((value) => value.toFixed(3))];
        })
      : [];
  const columns = [
    { title: "probabilities" },
    ...["count", "mean", "right", "ECE"].map((title) => ({ title, align: "right" as const })),
  ];
  const table = textTable(columns, [
    ...row(before ? ", calibrated" : "", after),
    ...row(", as the model gives them", before),
  ]);
  return `${table}\nECE: mean distance of a probability to the share that is right, in 15 bins; ${noRelationOf(scores)?.label ?? "nothing"} is an answer too.`;
}

/** Formats what a model did not answer. */
export function abstentionText({ below, answered, abstained, answeredRight, abstainedRight }: Abstention): string {
  const share = (part: number, whole: number): string => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;
  return (
    `Abstained from ${abstained} of ${answered + abstained} answers (${share(abstained, answered + abstained)}), those with a probability below ${below}: ` +
    `${share(abstainedRight, abstained)} of them would have been right, ${share(answeredRight, answered)} of the others are. ` +
    "In the scores, what was not answered has no relation."
  );
}

function unscoredSentence({ scores, unit, unscored, unscoredRelated }: Evaluation): string {
  const count = countOfUnit(unscored, unit);
  return scores.noRelationId === null
    ? `${count} not shown to the model, for their length: all count as wrong.`
    : `${count} not shown to the model, for types, a bound or length, ${unscoredRelated} of them with a relation: all ` +
        "count as predicted without one.";
}

/** Makes a line for each baseline that is best on a metric on which the model does not beat it, and one where they are equal. */
export function warnings(all: readonly Unbeaten[]): string[] {
  const unbeaten = bestOf(all);
  const isTie = ({ model, score }: Unbeaten): boolean => model.toFixed(3) === score.toFixed(3);
  return [...new Set(unbeaten.map(({ baseline }) => baseline))].flatMap((baseline) => {
    const ofBaseline = unbeaten.filter((one) => one.baseline === baseline);
    const worse = ofBaseline
      .filter((one) => !isTie(one))
      .map(({ metric, model, score }) => `${metric} (${model.toFixed(3)} against ${score.toFixed(3)})`);
    const ties = ofBaseline.filter(isTie);
    const equal = ties.map(({ metric, score }) => `${metric} (${score.toFixed(3)})`);
    const isPerfect = ties.every(({ score }) => score >= 0.9995);
    return [
      ...(worse.length > 0
        ? [`WARNING: the model is no better than the ${baseline} baseline on ${worse.join(", ")}.`]
        : []),
      ...(equal.length > 0
        ? [
            `WARNING: the model and the ${baseline} baseline are equal on ${equal.join(", ")}: these documents are too few` +
              `${isPerfect ? " or too easy" : ""} to show a difference.`,
          ]
        : []),
    ];
  });
}
