import { UsageError } from "../errors.ts";
import { flagOf } from "../settings.ts";
import { Run, type RunOptions } from "../run/run.ts";
import { modelName, outputPath, pathsOf, settings } from "../run/given.ts";
import type { CommitEvent } from "./commit.ts";
import type { ScoringEstimate } from "./dry-run.ts";
import type { ScorePlanEvent, ScorePlanResult } from "./plan.ts";
import { emitted } from "../run/emitted.ts";
import type { ScoreWorkerEvent, ScoreWorkerResult } from "./queue/work.ts";
import type { ScoreRunEvent, ScoreRunResult } from "./run.ts";
import {
  scoreCommitConfig,
  scorePlanConfig,
  scoreRunConfig,
  scoreWorkerConfig,
  type ScoreCommitOptions,
  type ScorePlanOptions,
  type ScoreRunConfig,
  type ScoreRunOptions,
  type ScoreWorkerOptions,
} from "./settings.ts";
import type { ScoringStatus } from "./status.ts";
import type { Success } from "./success.ts";

/**
 * The jobs of bulk scoring. They wait for disks and for the threads of opened models, so that the caller's thread, which
 * may renew the lock of a queue, is never blocked. Their code is loaded when they are called.
 */

/**
 * Plans the scoring of many texts: cuts the inputs into shards and writes the plan to the folder `options.output`.
 * @param inputs files, folders and patterns such as `texts/*.jsonl`, in any annotation format
 */
export function planScoring(
  model: string,
  inputs: string | readonly string[],
  options: ScorePlanOptions,
  run: RunOptions = {},
): Run<ScorePlanEvent, ScorePlanResult> {
  return new Run(async function* (signal) {
    const config = settings(scorePlanConfig, options);
    const { planScoring } = await import("./plan.ts");
    return yield* planScoring(modelName(model), pathsOf(inputs), config, signal);
  }, run);
}

export interface RunScoringOptions extends RunOptions {
  /** Scores these shards, counted from 0, as they are named, in the place of all; ends with them. */
  readonly shards?: AsyncIterable<number> | undefined;
}

/** Scores the shards of a plan that are not done yet; with `queue`, has the workers of that queue score them. */
export function runScoring(
  folder: string,
  options: ScoreRunOptions = {},
  run: RunScoringOptions = {},
): Run<ScoreRunEvent, ScoreRunResult> {
  return new Run(async function* (signal) {
    const config = settings(scoreRunConfig, options);
    const { shards: named } = run;
    if (named && (config.queue !== undefined || config.shard !== undefined || config.shardFromEnv))
      throw new UsageError(
        "Shards are named one by one, so --queue, --shard and --shard-from-env have no use. Leave them out.",
      );
    if (config.queue !== undefined) {
      requireNoneOf(config, "belongs to relata score worker, or does nothing where the workers of --queue score");
      const { scoreByQueue } = await import("./queue/produce.ts");
      return yield* scoreByQueue(outputPath(folder), config.queue, signal);
    }
    const { scoreRun } = await import("./run.ts");
    return yield* scoreRun(outputPath(folder), config, signal, { named });
  }, run);
}

/** Scores 100 rows of a plan, writes nothing, and estimates the time of the whole. */
export function estimateScoring(
  folder: string,
  options: ScoreRunOptions = {},
  run: RunOptions = {},
): Run<never, ScoringEstimate> {
  return new Run(async function* (signal) {
    const config = settings(scoreRunConfig, options);
    if (config.queue !== undefined)
      throw new UsageError("--queue does nothing with --dry-run, which scores a sample on this machine. Leave it out.");
    const { estimate } = await import("./dry-run.ts");
    return estimate(outputPath(folder), config, signal);
  }, run);
}

/** Counts the shards of a run that are done, and lists those that failed. */
export async function scoringStatus(folder: string): Promise<ScoringStatus> {
  const { scoringStatus } = await import("./status.ts");
  return scoringStatus(outputPath(folder));
}

/** Checks that all shards of a run are done, and joins their answers in the order of the input. */
export function commitScoring(
  folder: string,
  options: ScoreCommitOptions = {},
  run: RunOptions = {},
): Run<CommitEvent, Success> {
  return new Run(async function* () {
    const config = settings(scoreCommitConfig, options);
    const { commitScoring } = await import("./commit.ts");
    return yield* commitScoring(outputPath(folder), config);
  }, run);
}

/** Scores the shards that a queue names, until it is stopped. */
export function workOnQueue(
  options: ScoreWorkerOptions,
  run: RunOptions = {},
): Run<ScoreWorkerEvent, ScoreWorkerResult> {
  return new Run(async function* (signal) {
    const config = settings(scoreWorkerConfig, options);
    const { scoreFromQueue } = await import("./queue/work.ts");
    return yield* emitted((emit: (event: ScoreWorkerEvent) => void) => scoreFromQueue(config, signal, emit));
  }, run);
}

/** Refuses the settings of a process that scores itself. @throws UsageError */
function requireNoneOf(config: ScoreRunConfig, why: string): void {
  const defaults = scoreRunConfig.parse({});
  const own = ["workers", "threads", "model", "shard", "shardFromEnv", "tasks"] as const;
  const given = own.find((key) => config[key] !== defaults[key]);
  if (given !== undefined) throw new UsageError(`${flagOf(given)} ${why}. Leave it out.`);
}
