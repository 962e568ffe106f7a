import { join } from "node:path";
import { trainConfig, type TrainConfig } from "../config.ts";
import type { RepeatConfig } from "../experiment/settings.ts";
import { UsageError } from "../errors.ts";
import {
  ledgerName,
  summarized,
  writeRepeats,
  type PlannedRun,
  type RepeatEntry,
  type RepeatEvent,
  type RepeatResult,
} from "../experiment/repeat-result.ts";
import { basisOf, RunLedger } from "../experiment/run-ledger.ts";
import { recorded } from "../experiment/run-orders.ts";
import type { Shared } from "../experiment/queued-trainer.ts";
import { planIdOf, removeShared } from "../experiment/shared-runs.ts";
import { trainerFor } from "../experiment/trainer.ts";
import { withModelDefaults } from "../model/starting-settings.ts";
import { sourcesOf } from "../model/tasks/learning-data.ts";
import { readLearningData } from "../model/tasks/read-learning-data.ts";
import { taskNamed } from "../model/tasks/tasks.ts";
import { trainRepeat } from "./train-aside.ts";
import type { RunControl } from "./train.ts";

export type { RepeatEntry, RepeatEvent, RepeatResult } from "../experiment/repeat-result.ts";

/** Settings that say which runs there are, and where; others may be added later. */
const ofThePlan: ReadonlySet<string> = new Set(["folds", "seeds", "output", "overwrite", "resume", "threads"]);

/**
 * Trains several times, for each fold of a cross-validation and each seed, and writes the spread of the scores. Runs that
 * the ledger in the output folder has are not trained again; with `queue`, workers train the others side by side. One model
 * is kept, in the folder `model`.
 * @throws Interrupted if it is stopped; finished runs stay in the ledger.
 */
export async function* repeat(
  paths: readonly string[],
  { queue, ...config }: RepeatConfig,
  { shouldStop }: RunControl = {},
): AsyncGenerator<RepeatEvent, RepeatResult> {
  const started = performance.now();
  requireNoCheckpoints(config);
  const plan = planOf(config);
  const first = withModelDefaults(runConfig(config, plan[0]!));
  const data = await readLearningData(taskNamed(config.task), paths, first);
  const sources = sourcesOf(data);
  const basis = basisOf(config, sources, ofThePlan);
  const options = { overwrite: config.overwrite, name: ledgerName };
  const ledger = await RunLedger.open<RepeatEntry>(config.output, basis, options);
  try {
    const found = ({ fold, seed, isFinal }: PlannedRun): RepeatEntry | undefined =>
      ledger.entries.find((entry) => entry.fold === fold && entry.seed === seed && entry.isFinal === isFinal);
    const [folds, seeds] = [config.folds ?? null, seedsOf(config)];
    yield { type: "plan", folds, seeds, runs: plan.length, finished: plan.filter((run) => found(run)).length };
    const digests = sources.map(({ sha256 }) => sha256);
    const run = planIdOf(config.output, basis);
    const shared: Shared = { folder: config.output, run, kind: "repeat", paths, data: digests, shouldStop };
    const trainer = trainerFor<PlannedRun, RepeatEntry>(queue, shared, (order) =>
      trainRepeat(paths, order, { shouldStop }),
    );
    const orders = plan.map((run, number) => ({ name: nameOf(run), number, run, config: runConfig(config, run) }));
    yield* recorded(
      orders.filter(({ run }) => !found(run)),
      trainer,
      ledger,
    );
    const runs = plan.map((run) => found(run)!);
    const counted = runs.filter(({ isFinal }) => !isFinal);
    const result: RepeatResult = {
      folder: config.output,
      model: join(config.output, "model"),
      made: madeOf(config),
      metric: config.metric,
      part: counted[0]!.part,
      folds,
      seeds,
      ...summarized(counted),
      runs,
      seconds: (performance.now() - started) / 1000,
    };
    await writeRepeats(result, config);
    await removeShared(config.output);
    return result;
  } finally {
    await ledger.release();
  }
}

/** @throws UsageError for settings of checkpoints: a run under way is made again from its beginning */
function requireNoCheckpoints({ saveSteps, saveTotalLimit }: RepeatConfig): void {
  if (saveSteps === undefined && saveTotalLimit === undefined) return;
  throw new UsageError(
    "--save-steps and --save-total-limit do nothing with --folds or --seeds: finished runs are kept in the ledger, and the run " +
      "under way is made again. Leave them out.",
  );
}

const seedsOf = ({ seed, seeds = 1 }: RepeatConfig): number[] => Array.from({ length: seeds }, (_, i) => seed + i);

/** The runs of every fold and seed; after folds one more on all documents, for the model. */
function planOf(config: RepeatConfig): PlannedRun[] {
  const { folds, seed } = config;
  const seeds = seedsOf(config);
  if (config.resume) {
    throw new UsageError(
      "--resume is about one run, and does nothing with --folds or --seeds: the same command without it goes on with the runs that are missing.",
    );
  }
  if (folds === undefined) {
    if (config.seeds === undefined) throw new UsageError("expected --folds, --seeds or both: say how often to train.");
    return seeds.map((one) => ({ seed: one, keeps: one === seed, isFinal: false }));
  }
  if (config.fold !== undefined)
    throw new UsageError("--fold trains one fold and --folds all of them: give one of the two.");
  const runs = Array.from({ length: folds }, (_, i) =>
    seeds.map((one): PlannedRun => ({ fold: `${i + 1}/${folds}`, seed: one, keeps: false, isFinal: false })),
  );
  return [...runs.flat(), { seed, keeps: true, isFinal: true }];
}

const nameOf = ({ fold, seed, isFinal }: PlannedRun): string =>
  isFinal ? "model" : `${fold === undefined ? "" : `fold-${fold.replace("/", "of")}-`}seed-${seed}`;

const madeOf = ({ folds, seed, validation }: RepeatConfig): string =>
  folds === undefined
    ? `The model of the first seed, ${seed}, is kept; the others are not, and none was chosen by its score.`
    : `The model is one more run with seed ${seed} on all documents${validation === undefined ? " but the validation part, which chose its checkpoint" : ""}; ` +
      "the figures of the folds say what to expect of it.";

/** The settings of one run; what is held out does not follow its seed. */
function runConfig(config: RepeatConfig, { fold, seed, keeps, isFinal }: PlannedRun): TrainConfig {
  const { folds: _folds, seeds: _seeds, ...settings } = config;
  const all = {
    ...settings,
    seed,
    splitSeed: config.splitSeed ?? config.seed,
    output: join(config.output, keeps ? "model" : "run"),
    overwrite: true,
    resume: false,
    saveSteps: 0,
  };
  if (!isFinal) return trainConfig.parse({ ...all, fold: fold ?? config.fold });
  if (config.validation === undefined) return trainConfig.parse({ ...all, testSize: 0 });
  // Nothing is split, so nothing may say how.
  return trainConfig.parse({ ...all, testSize: 0, splitSeed: undefined, groupBy: undefined });
}
