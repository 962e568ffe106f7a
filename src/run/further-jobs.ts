import * as config from "../config.ts";
import * as several from "../experiment/settings.ts";
import type { TrainOptions } from "../options/index.ts";
import type { PullOptions } from "../model/hub/pull.ts";
import { modelName, pathsOf, settings } from "./given.ts";
import type { EventOf, JobName, ResultOf } from "./jobs.ts";
import { runJob } from "./run-job.ts";
import type { Run, RunOptions } from "./run.ts";

type JobRun<Name extends JobName> = Run<EventOf<Name>, ResultOf<Name>>;
type Data = string | readonly string[];

/**
 * Scores two models on the same annotated documents: the differences of their scores with intervals, McNemar's test, each
 * relation, and every answer that changed.
 * @throws UserError for a damaged model folder, models of two tasks, or bad data
 */
export function compare(
  models: readonly [first: string, second: string],
  data: Data,
  options: config.CompareOptions = {},
  run: RunOptions = {},
): JobRun<"compare"> {
  const given = () => ({
    models: [modelName(models[0]), modelName(models[1])] as const,
    paths: pathsOf(data),
    config: settings(config.compareConfig, options),
  });
  return runJob("compare", given, run);
}

/**
 * Finds annotations that are likely wrong or missing: each fold of the documents is judged by a model that was trained on
 * the others.
 * @throws UserError for bad settings or bad data
 */
export function findSuspects(
  data: Data,
  options: config.SuspectsOptions = {},
  run: RunOptions = {},
): JobRun<"suspects"> {
  return runJob("suspects", () => ({ paths: pathsOf(data), config: settings(config.suspectsConfig, options) }), run);
}

/**
 * Searches over settings by seeded random trials with successive halving, compared on the validation part, and trains the model
 * with the best: `sweep.json`, `best.yaml` and `model`. Finished trials stay in the ledger of the output folder, and the same
 * call goes on from there.
 * @throws UserError for bad settings or bad data
 */
export function sweep(data: Data, options: several.SweepOptions, run: RunOptions = {}): JobRun<"sweep"> {
  return runJob("sweep", () => ({ paths: pathsOf(data), config: settings(several.sweepConfig, options) }), run);
}

/** Fetches a model from the hub into the cache that is shared with Python, and verifies its files. */
export function pullModel(model: string, { signal, ...options }: PullOptions = {}): JobRun<"pull"> {
  return runJob("pull", () => ({ model: modelName(model), ...options }), { signal });
}

/**
 * Trains as a rank other than 0 of a training by several processes (`rendezvous`, `rank`, `worldSize`), which `train` is rank 0 of.
 * Settings, weights and state come from rank 0; this process reads the same data and writes nothing.
 * @throws UserError for bad settings or other data, `TryAgainError` if rank 0 is lost
 */
export function joinTraining(data: Data, options: TrainOptions, run: RunOptions = {}): JobRun<"joinTraining"> {
  return runJob("joinTraining", () => ({ paths: pathsOf(data), config: settings(config.trainConfig, options) }), run);
}

/**
 * Prepares a training as `train` does, measures a few steps and writes nothing: its events say what would be trained on, its
 * result how many steps, how long and with how much memory.
 * @throws UserError for bad settings, bad data or an output folder that may not be replaced
 */
export function planTraining(data: Data, options: TrainOptions, run: RunOptions = {}): JobRun<"planTraining"> {
  return runJob("planTraining", () => ({ paths: pathsOf(data), config: settings(config.trainConfig, options) }), run);
}
