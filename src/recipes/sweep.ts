import { join } from "node:path";
import type { TrainConfig } from "../config.ts";
import { UsageError } from "../errors.ts";
import { basisOf, RunLedger } from "../experiment/run-ledger.ts";
import { recorded, type RunOrder } from "../experiment/run-orders.ts";
import type { SweepConfig } from "../experiment/settings.ts";
import type { Shared } from "../experiment/queued-trainer.ts";
import { planIdOf, removeShared } from "../experiment/shared-runs.ts";
import {
  bestName,
  ledgerName,
  ranked,
  roundsOf,
  writeSweep,
  type PlannedTrial,
  type SweepEntry,
  type SweepEvent,
  type SweepResult,
} from "../experiment/sweep-result.ts";
import { readSpace, samplesOf, trialConfig, type Sample } from "../experiment/sweep-space.ts";
import { trainerFor } from "../experiment/trainer.ts";
import { requireLora } from "../model/adapters/settings.ts";
import { withModelDefaults } from "../model/starting-settings.ts";
import { sourcesOf } from "../model/tasks/learning-data.ts";
import { readLearningData } from "../model/tasks/read-learning-data.ts";
import { requireOwnSettings } from "../model/tasks/settings.ts";
import { taskNamed } from "../model/tasks/tasks.ts";
import { trainTrial } from "./train-aside.ts";
import type { RunControl } from "./train.ts";

export type { SweepEntry, SweepEvent, SweepResult } from "../experiment/sweep-result.ts";

/** Settings that say how many runs there are, and where; more trials begin as fewer do. */
const ofThePlan: ReadonlySet<string> = new Set(["trials", "output", "overwrite", "resume", "threads"]);

/**
 * Searches over settings: seeded random trials with successive halving, scored on the validation part alone. The best
 * settings train the model, which is scored once on the test part. Runs that the ledger has are not trained again; with
 * `queue`, workers train those of a round side by side.
 * @throws Interrupted if it is stopped; finished runs stay in the ledger.
 */
export async function* sweep(
  paths: readonly string[],
  given: SweepConfig,
  { shouldStop }: RunControl = {},
): AsyncGenerator<SweepEvent, SweepResult> {
  const started = performance.now();
  const { sweep: path, trials: wanted = 16, queue, ...config } = given;
  if (config.resume) {
    throw new UsageError(
      "--resume is about one run, and does nothing with --sweep: the same command without it goes on with the trials that are missing.",
    );
  }
  const space = await readSpace(path);
  const samples = samplesOf(space, wanted, config.seed);
  for (const sample of samples) requireWorkable(configOf(sample));
  const data = await readLearningData(taskNamed(config.task), paths, withModelDefaults(configOf(samples[0]!)));
  const sources = sourcesOf(data);
  const basis = basisOf({ ...config, sweep: space }, sources, ofThePlan);
  const ledger = await RunLedger.open<SweepEntry>(config.output, basis, {
    overwrite: config.overwrite,
    name: ledgerName,
  });
  const digests = sources.map(({ sha256 }) => sha256);
  const run = planIdOf(config.output, basis);
  const shared: Shared = { folder: config.output, run, kind: "trial", paths, data: digests, shouldStop };
  const trainer = trainerFor<PlannedTrial, SweepEntry>(queue, shared, (order) =>
    trainTrial(paths, order, { shouldStop }),
  );
  const rounds = roundsOf(samples.length);
  const runs = rounds.reduce((sum, { trials }) => sum + trials, 1);
  let number = 0;
  try {
    yield { type: "plan", trials: samples.length, rounds, runs, finished: ledger.entries.length };
    let left: Pick<SweepEntry, "trial" | "settings">[] = samples.map((settings, i) => ({ trial: i + 1, settings }));
    const trials: SweepEntry[] = [];
    let best: SweepEntry | undefined;
    for (const { trials: count, share } of rounds) {
      const round = yield* made(
        left.slice(0, count).map(({ trial, settings }) => ({ trial, settings, share, isFinal: false })),
      );
      trials.push(...round);
      const worked = ranked(round, config.metric).filter(({ score }) => score !== null);
      [best, left] = [worked[0], worked];
      if (!best) throw new UsageError(`Every trial of the sweep failed; the first: ${round[0]!.failure}`);
    }
    const { trial, settings } = best!;
    const [final] = yield* made([{ trial, settings, share: 1, isFinal: true }]);
    const result: SweepResult = {
      folder: config.output,
      model: join(config.output, "model"),
      config: join(config.output, bestName),
      metric: config.metric,
      space,
      best: best!,
      final: final!.final!,
      trials,
      seconds: (performance.now() - started) / 1000,
    };
    await writeSweep(result, { ...config, ...settings, splitSeed: configOf(settings).splitSeed });
    await removeShared(config.output);
    return result;
  } finally {
    await ledger.release();
  }

  function configOf(sample: Sample, folder = "trial"): TrainConfig {
    return trialConfig(config, sample, join(config.output, folder));
  }

  /** The entries of runs: from the ledger, or after training. */
  async function* made(runs: readonly PlannedTrial[]): AsyncGenerator<SweepEvent, SweepEntry[]> {
    const orders: RunOrder<PlannedTrial>[] = runs.map((run) => ({
      name: run.isFinal ? `model-of-trial-${run.trial}` : `trial-${run.trial}-1of${Math.round(1 / run.share)}`,
      number: ++number,
      run,
      config: configOf(run.settings, run.isFinal ? "model" : "trial"),
    }));
    yield* recorded(
      orders.filter(({ run }) => !found(run)),
      trainer,
      ledger,
    );
    return runs.map((run) => found(run)!);
  }

  function found(run: PlannedTrial): SweepEntry | undefined {
    return ledger.entries.find(
      ({ settings: of, share, isFinal }) =>
        share === run.share && isFinal === run.isFinal && JSON.stringify(of) === JSON.stringify(run.settings),
    );
  }
}

/** @throws UsageError for settings that cannot work together */
function requireWorkable(config: TrainConfig): void {
  requireOwnSettings(config.task, config);
  requireLora(config);
}
