import type { NamedScores } from "../evaluation/baselines.ts";
import type { LabelInterval } from "../evaluation/bootstrap.ts";
import {
  macroAverage,
  metricNames,
  metricProtocol,
  metricsOf,
  metricValue,
  microAverage,
  noRelationOf,
  occurs,
} from "../evaluation/scores.ts";
import type { AverageScores, LabelScores, MetricName, Scores } from "../evaluation/scores.ts";
import { shorten, textTable } from "./text-table.ts";
import type { TableOptions, TextColumn } from "./text-table.ts";
import { noRelationFoundReason, zeroReason } from "../evaluation/zero-reasons.ts";

const defaultWidth = 100;

/** Rows of single labels that a table has at most; of more labels it has the most frequent, in gold and predictions. */
const mostLabels = 40;

/** Lines at most that say why a zero is zero. */
const mostNotes = 12;

/** The labels that have a row of their own, in the order of their ids, and a note on the others. */
function listedLabels(
  labels: readonly LabelScores[],
  unit: string,
  rest: string,
): { listed: readonly LabelScores[]; note: string[] } {
  if (labels.length <= mostLabels) return { listed: labels, note: [] };
  const ranked = [...labels].sort((a, b) => b.support + b.predicted - (a.support + a.predicted) || a.id - b.id);
  const others = ranked.slice(mostLabels);
  const total = (key: "support" | "predicted"): number => others.reduce((sum, label) => sum + label[key], 0);
  return {
    listed: ranked.slice(0, mostLabels).sort((a, b) => a.id - b.id),
    note: [
      `${others.length} labels more, with ${total("support")} gold ${unit} and ${total("predicted")} predicted, are not listed ` +
        `but count in every average.${rest && ` ${rest}`}`,
    ],
  };
}

/**
 * Precision, recall, F1 and support of every label, of many the most frequent, then averages with and, if there is
 * such a label, without the no-relation label, then why zeros are zero.
 */
export function labelTable(
  scores: Scores,
  {
    width = defaultWidth,
    rest = "",
    intervals = [],
  }: TableOptions & { readonly intervals?: readonly LabelInterval[] } = {},
): string {
  const hasRivals = intervals.length > 0;
  // A narrow terminal has no room for the intervals, and would break every row.
  const isWide = width >= 90;
  const titles = [
    "precision",
    "recall",
    "f1",
    "support",
    "predicted",
    ...(hasRivals ? [...(isWide ? ["f1 95 %"] : []), "baseline"] : []),
  ];
  const columns: TextColumn[] = [{ title: "label" }, ...titles.map((title): TextColumn => ({ title, align: "right" }))];
  // The numbers take 47 cells with their gaps, interval 17 and baseline 10.
  const nameWidth = Math.max(12, width - (hasRivals ? (isWide ? 74 : 57) : 47));
  const byId = new Map(intervals.map((one) => [one.id, one]));
  const row = (title: string, of: AverageScores): string[] => [
    shorten(title, nameWidth),
    ...[of.precision, of.recall, of.f1].map(scoreText),
    String(of.support),
    String(of.predicted),
  ];
  const relations = scores.perLabel.filter((label) => label.id !== scores.noRelationId);
  const none = noRelationOf(scores)?.label;
  const { listed, note } = listedLabels(scores.perLabel, scores.unit, rest);
  const table = textTable(columns, [
    ...listed.map((label) => [...row(label.label, label), ...rivalCells(byId.get(label.id)).slice(isWide ? 0 : 1)]),
    "-",
    row("micro", microAverage(scores.perLabel)),
    row("macro", macroAverage(scores.perLabel)),
    ...(none === undefined
      ? []
      : [row(`micro without ${none}`, microAverage(relations)), row(`macro without ${none}`, macroAverage(relations))]),
  ]);
  const legend = hasRivals
    ? [
        "baseline: the best one on this label; ! the model is not better, ~ the 95 % interval of the difference reaches 0",
      ]
    : [];
  return [table, ...legend, ...note, ...zeroNotes(scores, listed)].join("\n");
}

/** The interval of a label's F1, and the best baseline's F1 with a mark if the model does not surely beat it. */
function rivalCells(of: LabelInterval | undefined): string[] {
  if (!of) return [];
  const { low, high, rival } = of;
  const mark = !rival || rival.low > 0 ? " " : rival.difference > 0 ? "~" : "!";
  return [`${scoreText(low)} to ${scoreText(high)}`, rival ? `${scoreText(rival.f1)}${mark}` : "– "];
}

/** Every metric and the F1 of every label that occurs, the model's beside each baseline's; then the protocol of each metric. */
export function comparisonTable(
  model: Scores,
  baselines: readonly NamedScores[],
  metrics: readonly MetricName[] = metricNames,
  { width = defaultWidth, rest = "" }: TableOptions = {},
): string {
  const systems: NamedScores[] = [{ name: "model", scores: model }, ...baselines];
  const measured = metricsOf(model).filter((metric) => metrics.includes(metric));
  // Beside the names of metrics, the longest of which has 19 cells.
  const room = Math.max(8, Math.floor((width - 19) / systems.length) - 2);
  const columns: TextColumn[] = [
    { title: "" },
    ...systems.map(({ name }): TextColumn => ({ title: width < 90 ? shorten(name, room) : name, align: "right" })),
  ];
  const lossless = (metric: MetricName, scores: Scores): boolean => metric === "loss" && scores.loss === undefined;
  const occurring = model.perLabel.filter((label) => systems.some(({ scores }) => occurs(scores.perLabel[label.id]!)));
  const { listed, note } = listedLabels(occurring, model.unit, rest);
  const table = textTable(columns, [
    ...measured.map((metric) => [
      metric,
      ...systems.map(({ scores }) => (lossless(metric, scores) ? "–" : scoreText(metricValue(scores, metric)))),
    ]),
    ...(model.noRelationId === null
      ? []
      : [["false_positive_rate", ...systems.map(({ scores }) => scoreText(scores.falsePositiveRate))]]),
    "-",
    ...listed.map((label) => [
      `f1 ${label.label}`,
      ...systems.map(({ scores }) => scoreText(scores.perLabel[label.id]!.f1)),
    ]),
  ]);
  const protocol = measured.map((metric) => `${metric}: ${metricProtocol(model, metric)}`);
  const rate = model.noRelationId === null ? [] : [`false_positive_rate: ${model.protocol.falsePositiveRate}`];
  return [table, ...note, "", `All on ${model.prevalence}.`, ...protocol, ...rate].join("\n");
}

/** A line for every zero F1 of these labels that needs an explanation; of many the first. */
function zeroNotes(scores: Scores, labels: readonly LabelScores[]): string[] {
  const overall = noRelationFoundReason(scores);
  const none = noRelationOf(scores)?.label ?? "the no-relation label";
  const zeros = labels.flatMap((label) => {
    const reason = zeroReason(label);
    return reason === undefined ? [] : [`0 for ${label.label}: ${reason}`];
  });
  const more = zeros.length - mostNotes;
  return [
    ...(overall === undefined ? [] : [`0 without ${none}: ${overall}`]),
    ...zeros.slice(0, mostNotes),
    ...(more > 0 ? [`0 for ${more} more of the labels listed`] : []),
  ];
}

const scoreText = (score: number): string => score.toFixed(3);
