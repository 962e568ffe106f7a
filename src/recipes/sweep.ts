import { join } from "node:path";
import type { TrainConfig } from "../config.ts";
import { Interrupted, UsageError } from "../errors.ts";
import { basisOf, RunLedger } from "../experiment/run-ledger.ts";
import type { SweepConfig } from "../experiment/settings.ts";
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
import { metricValue } from "../evaluation/scores.ts";
import { withResult } from "../generators.ts";
import { requireLora } from "../model/adapters/settings.ts";
import { withModelDefaults } from "../model/starting-settings.ts";
import { sourcesOf } from "../model/tasks/learning-data.ts";
import { readLearningData } from "../model/tasks/read-learning-data.ts";
import { requireOwnSettings } from "../model/tasks/settings.ts";
import { taskNamed } from "../model/tasks/tasks.ts";
import { DivergedError } from "../training/divergence.ts";
import { trainAside } from "./train-aside.ts";
import type { RunControl } from "./train.ts";

export type { SweepEntry, SweepEvent, SweepResult } from "../experiment/sweep-result.ts";

/** Settings that say how many runs there are, and where; more trials begin as fewer do. */
const ofThePlan: ReadonlySet<string> = new Set(["trials", "output", "overwrite", "resume", "threads"]);

/**
 * Searches over settings: seeded random trials with successive halving, scored on the validation part alone. The best
 * settings train the model, which is scored once on the test part. Runs that the ledger has are not trained again.
 * @throws Interrupted if it is stopped; finished runs stay in the ledger.
 */
export async function* sweep(
  paths: readonly string[],
  given: SweepConfig,
  { shouldStop }: RunControl = {},
): AsyncGenerator<SweepEvent, SweepResult> {
  const started = performance.now();
  const { sweep: path, trials: wanted = 16, ...config } = given;
  if (config.resume) {
    throw new UsageError(
      "--resume is about one run, and does nothing with --sweep: the same command without it goes on with the trials that are missing.",
    );
  }
  const space = await readSpace(path);
  const samples = samplesOf(space, wanted, config.seed);
  for (const sample of samples) requireWorkable(configOf(sample));
  const data = await readLearningData(taskNamed(config.task), paths, withModelDefaults(configOf(samples[0]!)));
  const basis = basisOf({ ...config, sweep: space }, sourcesOf(data), ofThePlan);
  const ledger = await RunLedger.open<SweepEntry>(config.output, basis, {
    overwrite: config.overwrite,
    name: ledgerName,
  });
  const rounds = roundsOf(samples.length);
  const runs = rounds.reduce((sum, { trials }) => sum + trials, 1);
  yield { type: "plan", trials: samples.length, rounds, runs, finished: ledger.entries.length };
  let left: Pick<SweepEntry, "trial" | "settings">[] = samples.map((settings, i) => ({ trial: i + 1, settings }));
  let number = 0;
  const trials: SweepEntry[] = [];
  let best: SweepEntry | undefined;
  for (const { trials: count, share } of rounds) {
    const round: SweepEntry[] = [];
    for (const { trial, settings } of left.slice(0, count))
      round.push(yield* made({ trial, settings, share, isFinal: false }));
    trials.push(...round);
    const worked = ranked(round, config.metric).filter(({ score }) => score !== null);
    [best, left] = [worked[0], worked];
    if (!best) throw new UsageError(`Every trial of the sweep failed; the first: ${round[0]!.failure}`);
  }
  const { trial, settings } = best!;
  const final = yield* made({ trial, settings, share: 1, isFinal: true });
  const result: SweepResult = {
    folder: config.output,
    model: join(config.output, "model"),
    config: join(config.output, bestName),
    metric: config.metric,
    space,
    best: best!,
    final: final.final!,
    trials,
    seconds: (performance.now() - started) / 1000,
  };
  await writeSweep(result, { ...config, ...settings, splitSeed: configOf(settings).splitSeed });
  return result;

  function configOf(sample: Sample, folder = "trial"): TrainConfig {
    return trialConfig(config, sample, join(config.output, folder));
  }

  /** The entry of a run: from the ledger, or after training. */
  async function* made(run: PlannedTrial): AsyncGenerator<SweepEvent, SweepEntry> {
    number++;
    const isSame = ({ settings: of, share, isFinal }: SweepEntry): boolean =>
      share === run.share && isFinal === run.isFinal && JSON.stringify(of) === JSON.stringify(run.settings);
    const known = ledger.entries.find(isSame);
    if (known) return known;
    yield { type: "run", number, run };
    const entry = yield* trained(run);
    await ledger.add(entry);
    yield { type: "finished", entry };
    return entry;
  }

  async function* trained(run: PlannedTrial): AsyncGenerator<SweepEvent, SweepEntry> {
    const { isFinal, share, settings: sample } = run;
    const control = { shouldStop, keeps: isFinal, ...(isFinal ? {} : { trial: { share } }) };
    const began = performance.now();
    let score: number | null = null;
    let steps = 0;
    try {
      const { events, result: finished } = withResult(
        trainAside(paths, configOf(sample, isFinal ? "model" : "trial"), control),
      );
      for await (const event of events) {
        if (event.type === "step") steps = event.step;
        if (event.type === "evaluation" && event.isBest) score = event.result.value;
        yield { type: "train", event };
      }
      const { parts, evaluation, seconds } = finished();
      const value = metricValue(evaluation.scores, config.metric);
      return { ...run, score, steps, seconds, ...(isFinal ? { final: { part: parts.part, value } } : {}) };
    } catch (error) {
      // A combination of settings that cannot work is an answer too; whatever else goes wrong ends the sweep.
      if (isFinal || error instanceof Interrupted) throw error;
      if (!(error instanceof DivergedError || error instanceof UsageError)) throw error;
      return { ...run, score: null, failure: error.message, steps, seconds: (performance.now() - began) / 1000 };
    }
  }
}

/** @throws UsageError for settings that cannot work together */
function requireWorkable(config: TrainConfig): void {
  requireOwnSettings(config.task, config);
  requireLora(config);
}
