import { join } from "node:path";
import { trainConfig, type TrainConfig } from "../config.ts";
import type { CurveConfig } from "../experiment/settings.ts";
import type { Notice } from "../corpus/notices.ts";
import { curveLines, verdictSentence } from "../evaluation/learning-curve.ts";
import { greaterIsBetter, metricTitles } from "../evaluation/scores.ts";
import { ledgerName, ofTheCurve, writeCurve, type CurveEntry, type CurveResult } from "../experiment/curve-ledger.ts";
import { curveScore } from "../experiment/curve-score.ts";
import { basisOf, RunLedger } from "../experiment/run-ledger.ts";
import { summary, type TrainEvent } from "../experiment/train-events.ts";
import { withModelDefaults } from "../model/starting-settings.ts";
import { trainAside } from "./train-aside.ts";
import type { RunControl } from "./train.ts";
import { sourcesOf } from "../model/tasks/learning-data.ts";
import { readLearningData } from "../model/tasks/read-learning-data.ts";
import { taskNamed } from "../model/tasks/tasks.ts";
import { mapped } from "../generators.ts";
import { pointsOf } from "../corpus/curve-points.ts";

export type { CurveResult } from "../experiment/curve-ledger.ts";

export type CurveEvent =
  | {
      readonly type: "plan";
      readonly models: readonly string[];
      readonly points: readonly number[];
      readonly seeds: readonly number[];
      readonly heldOut: number;
      /** Runs in all, and of them those that the ledger has. */
      readonly runs: number;
      readonly finished: number;
      /** On all documents. */
      readonly notices: readonly Notice[];
    }
  | {
      readonly type: "run";
      readonly number: number;
      readonly model: string;
      readonly documents: number;
      readonly seed: number;
    }
  /** Of the run under way. */
  | { readonly type: "train"; readonly event: TrainEvent }
  | { readonly type: "finished"; readonly entry: CurveEntry };

/** Where runs are trained; a run's folder is removed when its scores are in the ledger. */
const runFolder = "run";

/**
 * Trains on more and more of the documents that are not held out, several seeds each, and writes what it scored:
 * `curve.json` and `curve.svg`. The held-out documents are the same for all runs; fewer documents are some of more. Runs
 * that the ledger in the output folder has are not trained again.
 * @throws Interrupted if it is stopped; finished runs stay in the ledger.
 */
export async function* curve(
  paths: readonly string[],
  config: CurveConfig,
  { shouldStop }: RunControl = {},
): AsyncGenerator<CurveEvent, CurveResult> {
  const started = performance.now();
  const models = [...new Set(config.model.split(",").map((model) => model.trim()))].filter((model) => model !== "");
  const first = withModelDefaults(runConfig(config, models[0]!, config.seed, undefined));
  const data = await readLearningData(taskNamed(config.task), paths, first);
  const ledger = await RunLedger.open<CurveEntry>(config.output, basisOf(config, sourcesOf(data), ofTheCurve), {
    ...config,
    name: ledgerName,
  });
  try {
    const points = pointsOf(config.points, data.train);
    const seeds = Array.from({ length: config.seeds }, (_, i) => config.seed + i);
    const plan = points.flatMap((documents) =>
      seeds.flatMap((seed) => models.map((model) => ({ model, documents, seed }))),
    );
    const found = ({ model, documents, seed }: (typeof plan)[number]): CurveEntry | undefined =>
      ledger.entries.find((entry) => entry.model === model && entry.documents === documents && entry.seed === seed);
    const isFinished = (run: (typeof plan)[number]): boolean => found(run) !== undefined;
    const heldOut = (data.test ?? data.validation).documents.length;
    const counts = { heldOut, runs: plan.length, finished: plan.filter(isFinished).length };
    yield { type: "plan", models, points, seeds, ...counts, notices: data.notices };

    let protocol = "";
    for (const [number, run] of plan.entries()) {
      if (isFinished(run)) continue;
      const { model, documents, seed } = run;
      yield { type: "run", number, ...run };
      const some = documents === data.train.length ? undefined : documents;
      const result = yield* mapped(
        trainAside(paths, runConfig(config, model, seed, some), { shouldStop }),
        (event): CurveEvent => ({ type: "train", event }),
      );
      const { protocol: ofScore, ...scored } = curveScore(result, config.metric);
      protocol = ofScore;
      const { scores, official } = result.evaluation;
      const entry: CurveEntry = {
        ...run,
        ...scored,
        scores: summary(scores),
        official: official?.macroF1,
        steps: result.steps,
        seconds: result.seconds,
      };
      await ledger.add(entry);
      yield { type: "finished", entry };
    }
    const runs = plan.map((run) => found(run)!);
    const lines = curveLines(runs, greaterIsBetter(config.metric)).map((line) => ({
      ...line,
      sentence: verdictSentence(line, metricTitles[config.metric]),
    }));
    const result: CurveResult = {
      folder: config.output,
      metric: config.metric,
      protocol,
      heldOut,
      part: data.test ? "test" : "validation",
      lines,
      runs,
      seconds: (performance.now() - started) / 1000,
    };
    await writeCurve(result, config);
    return result;
  } finally {
    await ledger.release();
  }
}

/** The settings of one run; what is held out does not follow its seed. */
function runConfig(config: CurveConfig, model: string, seed: number, trainDocuments: number | undefined): TrainConfig {
  const { points: _points, seeds: _seeds, ...settings } = config;
  const { epochs, maxSteps } = config;
  return trainConfig.parse({
    ...settings,
    // Epochs over a few documents are too few steps to learn anything from them; where none are given, the model's default has a floor.
    minSteps: config.minSteps ?? (epochs !== undefined && maxSteps === undefined ? 200 : undefined),
    model,
    seed,
    splitSeed: config.splitSeed ?? config.seed,
    trainDocuments,
    output: join(config.output, runFolder),
    overwrite: true,
    saveSteps: 0,
  });
}
