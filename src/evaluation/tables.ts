import type { NamedScores } from "./baselines.ts";
import type { ConfusionMatrix } from "./confusion.ts";
import { macroAverage, metricNames, metricProtocol, metricValue, microAverage, occurs } from "./scores.ts";
import type { AverageScores, LabelScores, MetricName, Scores } from "./scores.ts";
import { shorten, tableWidth, textTable } from "./text-table.ts";
import type { TextColumn } from "./text-table.ts";
import { noRelationFoundReason, zeroReason } from "./zero-reasons.ts";

/** How wide a table may be, in terminal cells. */
export interface TableOptions {
  readonly width?: number;
}

const defaultWidth = 100;

/**
 * Gold labels down, predicted ones across. Where the names do not fit the width, columns are numbered as the rows are;
 * where the numbers do not fit either, the columns are broken into blocks.
 */
export function confusionTable(confusion: ConfusionMatrix, { width = defaultWidth }: TableOptions = {}): string {
  const { id2label } = confusion;
  const named = confusionBlock(
    confusion,
    id2label,
    id2label,
    id2label.map((_, id) => id),
  );
  if (tableWidth(named) <= width) return named;

  const rowTitles = id2label.map((label, id) => shorten(`${id} ${label}`, Math.max(8, Math.floor(width / 3))));
  const columnTitles = id2label.map((_, id) => String(id));
  const blocks: string[] = [];
  for (let from = 0; from < id2label.length;) {
    const ids = [from];
    let block = confusionBlock(confusion, rowTitles, columnTitles, ids);
    for (let next = from + 1; next < id2label.length; next++) {
      const wider = confusionBlock(confusion, rowTitles, columnTitles, [...ids, next]);
      if (tableWidth(wider) > width) break;
      ids.push(next);
      block = wider;
    }
    blocks.push(block);
    from += ids.length;
  }
  const legend = id2label.flatMap((label, id) => (rowTitles[id] === `${id} ${label}` ? [] : [`${id} = ${label}`]));
  return [...blocks, ...(legend.length > 0 ? [legend.join("\n")] : [])].join("\n\n");
}

function confusionBlock(
  { counts }: ConfusionMatrix,
  rowTitles: readonly string[],
  columnTitles: readonly string[],
  ids: readonly number[],
): string {
  const columns: TextColumn[] = [
    { title: "gold \\ predicted" },
    ...ids.map((id): TextColumn => ({ title: columnTitles[id]!, align: "right" })),
    { title: "all", align: "right" },
  ];
  const total = (numbers: readonly number[]): string => String(numbers.reduce((sum, count) => sum + count, 0));
  const rows = counts.map((row, gold) => [rowTitles[gold]!, ...ids.map((id) => countText(row[id]!)), total(row)]);
  const sums = ["all", ...ids.map((id) => total(counts.map((row) => row[id]!))), total(counts.flat())];
  return textTable(columns, [...rows, "-", sums]);
}

/** Precision, recall, F1 and support of every label, then averages with and without NO_REL, then why zeros are zero. */
export function labelTable(scores: Scores, { width = defaultWidth }: TableOptions = {}): string {
  const columns: TextColumn[] = [
    { title: "label" },
    ...["precision", "recall", "f1", "support", "predicted"].map((title): TextColumn => ({ title, align: "right" })),
  ];
  // The numbers take 47 cells with their gaps.
  const nameWidth = Math.max(12, width - 47);
  const row = (title: string, of: AverageScores): string[] => [
    shorten(title, nameWidth),
    ...[of.precision, of.recall, of.f1].map(scoreText),
    String(of.support),
    String(of.predicted),
  ];
  const relations = scores.perLabel.filter((label) => label.id !== scores.noRelationId);
  const none = scores.perLabel[scores.noRelationId]?.label;
  const table = textTable(columns, [
    ...scores.perLabel.map((label) => row(label.label, label)),
    "-",
    row("micro", microAverage(scores.perLabel)),
    row("macro", macroAverage(scores.perLabel)),
    ...(none === undefined
      ? []
      : [row(`micro without ${none}`, microAverage(relations)), row(`macro without ${none}`, macroAverage(relations))]),
  ]);
  return [table, ...zeroNotes(scores)].join("\n");
}

/** Every metric and the F1 of every label that occurs, the model's beside each baseline's; then the protocol of each metric. */
export function comparisonTable(
  model: Scores,
  baselines: readonly NamedScores[],
  metrics: readonly MetricName[] = metricNames,
): string {
  const systems: NamedScores[] = [{ name: "model", scores: model }, ...baselines];
  const measured = metrics.filter((metric) => metric !== "loss" || model.loss !== undefined);
  const columns: TextColumn[] = [
    { title: "" },
    ...systems.map(({ name }): TextColumn => ({ title: name, align: "right" })),
  ];
  const lossless = (metric: MetricName, scores: Scores): boolean => metric === "loss" && scores.loss === undefined;
  const table = textTable(columns, [
    ...measured.map((metric) => [
      metric,
      ...systems.map(({ scores }) => (lossless(metric, scores) ? "–" : scoreText(metricValue(scores, metric)))),
    ]),
    ["false_positive_rate", ...systems.map(({ scores }) => scoreText(scores.falsePositiveRate))],
    "-",
    ...model.perLabel
      .filter((label) => systems.some(({ scores }) => occurs(scores.perLabel[label.id]!)))
      .map((label) => [`f1 ${label.label}`, ...systems.map(({ scores }) => scoreText(scores.perLabel[label.id]!.f1))]),
  ]);
  const protocol = measured.map((metric) => `${metric}: ${metricProtocol(model, metric)}`);
  const rate = `false_positive_rate: ${model.protocol.falsePositiveRate}`;
  return [table, "", `All on ${model.prevalence}.`, ...protocol, rate].join("\n");
}

/** One line for every zero F1 that needs an explanation. */
export function zeroNotes(scores: Scores): string[] {
  const overall = noRelationFoundReason(scores);
  const none = scores.perLabel[scores.noRelationId]?.label ?? "the no-relation label";
  const note = (label: LabelScores): string[] => {
    const reason = zeroReason(label);
    return reason === undefined ? [] : [`0 for ${label.label}: ${reason}`];
  };
  return [...(overall === undefined ? [] : [`0 without ${none}: ${overall}`]), ...scores.perLabel.flatMap(note)];
}

const scoreText = (score: number): string => score.toFixed(3);

// A dot keeps the diagonal visible among the many zeros.
const countText = (count: number): string => (count === 0 ? "·" : String(count));
