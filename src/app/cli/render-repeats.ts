import { metricNames, type RepeatEntry, type RepeatResult, type Spread } from "../../index.ts";
import { shorten, textTable, type TextColumn } from "../../report/text-table.ts";
import { plural } from "../../report/words.ts";
import { wrap } from "./wrap.ts";

/** Most labels in the table. */
const mostLabels = 40;

/** Formats several runs for the terminal: a table of runs with mean and deviation, one of labels, and what they mean. */
export function renderRepeats(result: RepeatResult, width: number): string {
  const { runs, labels, made } = result;
  const counted = runs.filter(({ isFinal }) => !isFinal);
  const sections = [`Runs\n\n${runTable(result, counted)}`, wrap(sentences(result, counted).join("\n"), width)];
  if (labels.length > 0) sections.splice(1, 0, `F1 per label\n\n${labelTable(result, width)}`);
  return [...sections, wrap(made, width)].join("\n\n");
}

const number = (value: number): string => value.toFixed(3);

function runTable(result: RepeatResult, runs: readonly RepeatEntry[]): string {
  const { summary, baseline, metric, calibrationError: error } = result;
  const metrics = metricNames.filter((name) => name !== "loss" && summary[name] !== undefined);
  const spanned = metric === "loss" ? "macro_f1" : metric;
  const intervals = runs.map((run) => run.intervals?.[spanned]);
  const hasIntervals = intervals.some((interval) => interval !== undefined);
  // Beside the scores of relations stands the error of the relations that were given.
  const errors = error ? (["before", "after"] as const).filter((when) => error.relations[when]) : [];
  const columns: TextColumn[] = [
    { title: "run" },
    { title: "documents", align: "right" },
    ...metrics.map((name): TextColumn => ({ title: name, align: "right" })),
    ...(hasIntervals ? [{ title: `95 % of ${spanned}`, align: "right" } as const] : []),
    ...errors.map((when): TextColumn => ({ title: `ECE ${when}`, align: "right" })),
    { title: `best rule, ${metric}`, align: "right" },
  ];
  const rows = runs.map(({ fold, seed, documents, part, scores, calibrationError, baseline: rival }, i) => [
    [...(fold === undefined ? [] : [`fold ${fold}`]), `seed ${seed}`].join(", "),
    String(documents[part] ?? 0),
    ...metrics.map((name) => number(scores[name]!)),
    ...(hasIntervals ? [intervals[i] ? `${number(intervals[i].low)} to ${number(intervals[i].high)}` : "–"] : []),
    ...errors.map((when) => number(calibrationError!.relations[when] ?? calibrationError!.relations.after)),
    rival ? `${number(rival.value)} ${rival.name}` : "–",
  ]);
  const line = (title: string, of: (spread: Spread) => number): string[] => [
    title,
    "",
    ...metrics.map((name) => number(of(summary[name]!))),
    ...(hasIntervals ? [""] : []),
    ...errors.map((when) => number(of(error!.relations[when]!))),
    baseline ? number(of(baseline)) : "–",
  ];
  return textTable(columns, [
    ...rows,
    "-",
    line("mean", ({ mean }) => mean),
    line("deviation", ({ deviation }) => deviation),
    line("lowest", ({ least }) => least),
    line("highest", ({ greatest }) => greatest),
  ]);
}

function labelTable({ labels }: RepeatResult, width: number): string {
  const columns: TextColumn[] = [
    { title: "label" },
    ...["mean", "deviation", "lowest", "highest", "runs", "gold"].map((title): TextColumn => ({
      title,
      align: "right",
    })),
  ];
  const listed = [...labels]
    .sort((a, b) => b.support - a.support)
    .slice(0, mostLabels)
    .sort((a, b) => (a.label < b.label ? -1 : 1));
  const rows = listed.map(({ label, f1, support }) => [
    shorten(label, Math.max(12, width - 55)),
    ...[f1.mean, f1.deviation, f1.least, f1.greatest].map(number),
    String(f1.runs),
    String(support),
  ]);
  const rest = labels.length - listed.length;
  return textTable(columns, rows) + (rest > 0 ? `\n${plural(rest, "label")} more in runs.json` : "");
}

function sentences({ folds, seeds, part }: RepeatResult, runs: readonly RepeatEntry[]): string[] {
  const over = folds === null ? "" : "Each document is in one test part. ";
  const what =
    folds === null
      ? `The deviation is that of ${plural(seeds.length, "seed")} on the same documents: weights, order and dropout differ, the parts do not.`
      : `The deviation is that of ${plural(runs.length, "run")}${seeds.length > 1 ? " of folds and seeds" : ""}; the folds share training documents, so that the mean is less certain than it says.`;
  const which =
    part === "test"
      ? `${over}Figures are of test parts, touched once, after training.`
      : "Figures are of the validation part, which chose each checkpoint, so they are optimistic.";
  return [which, what];
}
