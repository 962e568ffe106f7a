import { join } from "node:path";
import type { RepeatConfig } from "./settings.ts";
import type { Evaluation } from "../evaluation/evaluation.ts";
import type { ScoredPart } from "../evaluation/scored-part.ts";
import { isBetter, metricsOf, metricValue, occurs, type MetricName } from "../evaluation/scores.ts";
import { spreadOf, type Spread } from "../evaluation/spread.ts";
import { writeFileAtomic } from "../files/atomic-file.ts";
import { versions } from "../version.ts";
import type { RunsEvent } from "./run-orders.ts";
import type { FinishedTraining, PartCounts } from "./train-events.ts";

export const ledgerName = "runs.jsonl";
export const resultName = "runs.json";

/** One of several runs: which documents are its test part, and which seed decides the rest. */
export interface PlannedRun {
  /** `2/5`; absent if all runs have the same test part. */
  readonly fold?: string | undefined;
  readonly seed: number;
  /** Whether its model stays in the folder. */
  readonly keeps: boolean;
  /** Whether it is trained for its model alone, on all documents, and counts in no figure. */
  readonly isFinal: boolean;
}

/** A finished run as the ledger has it. */
export interface RepeatEntry extends PlannedRun {
  readonly documents: PartCounts;
  /** The part that the scores are from. */
  readonly part: ScoredPart;
  readonly scores: Readonly<Partial<Record<MetricName, number>>>;
  /** The 95 % intervals of scores, by the draw of documents; absent if there are too few documents. */
  readonly intervals?:
    | Readonly<Partial<Record<MetricName, { readonly low: number; readonly high: number }>>>
    | undefined;
  /** How far probabilities are from frequencies; absent for a task without such figures. */
  readonly calibrationError?: Readonly<Record<CalibratedAnswers, CalibrationError>> | undefined;
  /** The best baseline on the metric that chose the checkpoint. */
  readonly baseline?: { readonly name: string; readonly value: number } | undefined;
  /** Labels that occur in the part. */
  readonly labels: readonly { readonly label: string; readonly f1: number; readonly support: number }[];
  readonly keptStep: number;
  readonly steps: number;
  readonly seconds: number;
}

/** Every answer, or the relations that were given. */
export type CalibratedAnswers = "all" | "relations";

/** The expected calibration errors of answers: before is absent for a model without calibration. */
export interface CalibrationError<Value = number> {
  readonly before?: Value | undefined;
  readonly after: Value;
}

/** Several runs and their spread: `runs.json`. */
export interface RepeatResult {
  readonly folder: string;
  /** The folder of the model that is kept. */
  readonly model: string;
  /** How that model was made, in a sentence. */
  readonly made: string;
  readonly metric: MetricName;
  readonly part: ScoredPart;
  readonly folds: number | null;
  readonly seeds: readonly number[];
  readonly summary: Readonly<Partial<Record<MetricName, Spread>>>;
  /** Null unless every run has such figures. */
  readonly calibrationError: Readonly<Record<CalibratedAnswers, CalibrationError<Spread>>> | null;
  /** The best baseline of each run, summarized. */
  readonly baseline: Spread | null;
  readonly labels: readonly { readonly label: string; readonly f1: Spread; readonly support: number }[];
  readonly runs: readonly RepeatEntry[];
  readonly seconds: number;
}

export type RepeatEvent =
  | {
      readonly type: "plan";
      readonly folds: number | null;
      readonly seeds: readonly number[];
      /** Runs in all, and of them those that the ledger has. */
      readonly runs: number;
      readonly finished: number;
    }
  | RunsEvent<PlannedRun, RepeatEntry>;

/** The entry of a run that came to its end. */
export function repeatEntry(
  planned: PlannedRun,
  documents: PartCounts,
  { evaluation, parts, keptStep, steps, seconds }: FinishedTraining & { readonly seconds: number },
): RepeatEntry {
  const { scores, baselines, comparison, reliability } = evaluation;
  const { metric } = parts;
  const rivals =
    metric === "loss" ? [] : baselines.map(({ name, scores: of }) => ({ name, value: metricValue(of, metric) }));
  return {
    ...planned,
    documents,
    part: parts.part,
    scores: Object.fromEntries(metricsOf(scores).map((name) => [name, metricValue(scores, name)])),
    ...(comparison.scores.length > 0
      ? { intervals: Object.fromEntries(comparison.scores.map(({ metric: name, low, high }) => [name, { low, high }])) }
      : {}),
    ...(reliability
      ? { calibrationError: { all: errorOf(reliability, "all"), relations: errorOf(reliability, "relations") } }
      : {}),
    baseline: rivals.reduce<RepeatEntry["baseline"]>(
      (best, one) => (best === undefined || isBetter(metric, one.value, best.value) ? one : best),
      undefined,
    ),
    labels: scores.perLabel.filter(occurs).map(({ label, f1, support }) => ({ label, f1, support })),
    keptStep,
    steps,
    seconds,
  };
}

const errorOf = (
  { before, ...after }: NonNullable<Evaluation["reliability"]>,
  answers: CalibratedAnswers,
): CalibrationError => ({ ...(before ? { before: before[answers].ece } : {}), after: after[answers].ece });

/** Mean and spread of the runs that count. */
export function summarized(
  runs: readonly RepeatEntry[],
): Pick<RepeatResult, "summary" | "calibrationError" | "baseline" | "labels"> {
  const metrics = Object.keys(runs[0]!.scores) as MetricName[];
  const labels = new Map<string, { readonly f1: number[]; support: number }>();
  for (const { label, f1, support } of runs.flatMap((run) => run.labels)) {
    // A fold without gold examples of a label says nothing on it.
    if (support === 0) continue;
    const of = labels.get(label) ?? { f1: [], support: 0 };
    labels.set(label, { f1: [...of.f1, f1], support: of.support + support });
  }
  const rivals = runs.flatMap(({ baseline }) => (baseline ? [baseline.value] : []));
  return {
    summary: Object.fromEntries(metrics.map((metric) => [metric, spreadOf(runs.map(({ scores }) => scores[metric]!))])),
    calibrationError: errorsOf(runs),
    baseline: rivals.length > 0 ? spreadOf(rivals) : null,
    labels: [...labels]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([label, { f1, support }]) => ({ label, f1: spreadOf(f1), support })),
  };
}

function errorsOf(runs: readonly RepeatEntry[]): RepeatResult["calibrationError"] {
  const found = runs.flatMap(({ calibrationError }) => (calibrationError ? [calibrationError] : []));
  if (found.length === 0 || found.length < runs.length) return null;
  const spread = (answers: CalibratedAnswers): CalibrationError<Spread> => {
    // A run whose documents were calibrated best as they were has the same error before and after.
    const before = found.map(({ [answers]: { before: value, after } }) => value ?? after);
    const isCalibrated = found.some(({ [answers]: error }) => error.before !== undefined);
    return {
      ...(isCalibrated ? { before: spreadOf(before) } : {}),
      after: spreadOf(found.map(({ [answers]: { after } }) => after)),
    };
  };
  return { all: spread("all"), relations: spread("relations") };
}

/** Writes the result beside its ledger. */
export async function writeRepeats(result: RepeatResult, config: RepeatConfig): Promise<void> {
  const { folder, ...json } = result;
  const text = JSON.stringify({ version: 1, createdWith: versions, ...json, settings: config }, null, 2);
  await writeFileAtomic(join(folder, resultName), `${text}\n`);
}
