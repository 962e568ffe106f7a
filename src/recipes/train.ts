import { OutputFolder } from "../model/output-folder.ts";
import type { TrainConfig } from "../config.ts";
import { greaterIsBetter } from "../evaluation/scores.ts";
import { checkpointScores } from "../experiment/checkpoint-scores.ts";
import { prepareRun } from "../experiment/prepared-run.ts";
import { requireOwnSettings } from "../model/tasks/settings.ts";
import type { Task } from "../model/tasks/task.ts";
import { requireLora } from "../model/adapters/settings.ts";
import { requireNoReplacing, resumedSettings, type Begun } from "../model/checkpoints/basis.ts";
import { taskNamed } from "../model/tasks/tasks.ts";
import { evaluationOfRoot } from "../ranks/evaluation.ts";
import { rankPlace } from "../ranks/place.ts";
import { beginAsRoot, type RootOfRun } from "../ranks/run-ranks.ts";
import type { Batch } from "../tokenization/inputs/collate.ts";
import { requireSaneRates } from "../training/divergence.ts";
import { trainingLoop, type Progress } from "../training/loop.ts";
import { withModelDefaults } from "../model/starting-settings.ts";
import {
  type CheckpointScores,
  type FinishedTraining,
  type RunControl,
  type StartingConfig,
  type TrainEvent,
} from "../experiment/train-events.ts";
import { scoredParts } from "../model/scored-parts.ts";
import { rankFacts } from "../experiment/rank-facts.ts";
import { requireRoot, threadsOf } from "../experiment/root-of-run.ts";
import { sinksOf, tracked } from "../experiment/tracking/tracked.ts";
import { TrainingFolder } from "../experiment/training-folder.ts";

export type { CheckpointScores, RunControl, TrainEvent } from "../experiment/train-events.ts";

export interface TrainResult extends FinishedTraining {
  /** Highest memory of the process, in bytes. */
  readonly peakMemory: number;
}

/** Milliseconds of scoring that a stopped run may take for its first evaluation. */
const usualGrace = 4000;

/**
 * Trains a model of a task on annotation files and writes its folder: documents are split, labels learnt, examples made
 * and encoded; the weights that the scores on the validation part choose are kept, and scored once on the test part.
 */
export async function* train(
  paths: readonly string[],
  given: TrainConfig,
  control: RunControl = {},
  task?: Task,
): AsyncGenerator<TrainEvent, TrainResult> {
  const started = performance.now();
  if (given.resume) requireNoReplacing(control.sources);
  else requireTogether(given);
  const output = await OutputFolder.open(control.into ?? given.output, given);
  try {
    const former = output.checkpoint;
    const begun = former
      ? resumedSettings(given, former.state.relata.basis, former.path, control.sources)
      : { given, sources: control.sources };
    requireTogether(begun.given);
    const place = rankPlace(begun.given);
    requireRoot(place, task);
    const threads = begun.given.threads || threadsOf(place, former?.state.relata);
    const config = { ...withModelDefaults(begun.given), threads };
    requireSaneRates(config);
    const resumed = former?.step;
    const call = { ...control, ...begun, started };
    const ranks = place && (await beginAsRoot(place, paths, config));
    let failure: unknown;
    try {
      const run = trainInto(output, paths, config, call, { task, ranks });
      return yield* tracked(run, sinksOf({ folder: output.work, resumed, paths, config }));
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      ranks?.close(failure);
    }
  } finally {
    await output.release();
  }
}

/** @throws UsageError for settings that cannot work together */
function requireTogether(config: TrainConfig): void {
  requireOwnSettings(config.task, config);
  requireLora(config);
}

/** Trains into an output folder that is this run's alone. */
async function* trainInto(
  output: OutputFolder,
  paths: readonly string[],
  config: StartingConfig,
  {
    shouldStop,
    stopGrace = usualGrace,
    started,
    trial,
    data,
    ...begun
  }: Begun & RunControl & { readonly started: number },
  {
    task = taskNamed(config.task),
    ranks: root,
  }: { readonly task?: Task | undefined; readonly ranks: RootOfRun | undefined },
): AsyncGenerator<TrainEvent, TrainResult> {
  const run = yield* prepareRun({
    task,
    paths,
    config,
    data,
    shouldStop,
    started,
    notes: output.notes,
    share: trial?.share,
  });
  const { validation, settings, session, scorer, scoring, examples, estimate } = run;
  const ranks = root?.group;
  const folder = new TrainingFolder({ ...run, output, begun, started, ranks: ranks?.size ?? 1 });
  try {
    const resume = yield* folder.resume();
    await ranks?.begin(rankFacts(run), run.model.weights, run.parameters, resume);
    const evaluate = async function* (): AsyncGenerator<Progress, CheckpointScores> {
      return checkpointScores(folder.see(yield* scoredParts(validation, scorer, scoring)), config);
    };
    const loop = trainingLoop<CheckpointScores, Batch>({
      session,
      settings,
      resume,
      examples,
      lowerIsBetter: !greaterIsBetter(config.metric),
      ...(shouldStop ? { shouldStop, stopGrace } : {}),
      ranks,
      evaluate: ranks ? evaluationOfRoot(ranks, run.model.weights, evaluate) : evaluate,
    });
    for await (const one of estimate.follow(loop)) yield* one.type === "estimate" ? [one] : folder.keep(one);
    if (!trial) yield* folder.scoreTest(scorer, { ...scoring, shouldStop });
  } finally {
    await folder.close();
    await run.dispose();
  }
  return { ...(await folder.finish(shouldStop)), peakMemory: process.resourceUsage().maxRSS * 1024 };
}
