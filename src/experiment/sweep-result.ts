import { join } from "node:path";
import { stringify } from "yaml";
import { trainConfig, type TrainConfig } from "../config.ts";
import type { ScoredPart } from "../evaluation/scored-part.ts";
import { isBetter, type MetricName } from "../evaluation/scores.ts";
import { writeFileAtomic } from "../files/atomic-file.ts";
import { versions } from "../version.ts";
import type { RunsEvent } from "./run-orders.ts";
import type { Sample, Space } from "./sweep-space.ts";

export const ledgerName = "trials.jsonl";
export const resultName = "sweep.json";
export const bestName = "best.yaml";

/** How many times fewer trials go on from one round to the next, and how many times longer they train. */
const reduction = 3;

/** The rounds of successive halving: how many trials each has, and which share of the steps of a whole run they train. */
export function roundsOf(trials: number): readonly { readonly trials: number; readonly share: number }[] {
  const last = Math.min(2, Math.floor(Math.log(trials) / Math.log(reduction) + 1e-9));
  return Array.from({ length: last + 1 }, (_, round) => ({
    trials: Math.ceil(trials / reduction ** round),
    share: 1 / reduction ** (last - round),
  }));
}

/** A finished run of a sweep as the ledger has it. */
export interface SweepEntry {
  /** The number of the trial, from 1; of the best one for the last run, which makes the model. */
  readonly trial: number;
  readonly settings: Sample;
  /** The share of the steps of a whole run. */
  readonly share: number;
  readonly isFinal: boolean;
  /** The score on the validation part of the weights that were kept; null if the run failed. */
  readonly score: number | null;
  /** The reason if it failed. */
  readonly failure?: string | undefined;
  /** The score of the model on the part that `part` names, for the last run. */
  readonly final?: { readonly part: ScoredPart; readonly value: number } | undefined;
  readonly steps: number;
  readonly seconds: number;
}

/** A run of the sweep that is to be made. */
export type PlannedTrial = Pick<SweepEntry, "trial" | "settings" | "share" | "isFinal">;

export type SweepEvent =
  | {
      readonly type: "plan";
      /** Fewer than were asked for if the space has no more. */
      readonly trials: number;
      readonly rounds: ReturnType<typeof roundsOf>;
      /** Runs in all, the model's too, and those that the ledger has. */
      readonly runs: number;
      readonly finished: number;
    }
  | RunsEvent<PlannedTrial, SweepEntry>;

/** A finished sweep: `sweep.json`. */
export interface SweepResult {
  readonly folder: string;
  readonly model: string;
  /** The file with the best settings, for --config. */
  readonly config: string;
  readonly metric: MetricName;
  readonly space: Space;
  readonly best: SweepEntry;
  readonly final: NonNullable<SweepEntry["final"]>;
  readonly trials: readonly SweepEntry[];
  readonly seconds: number;
}

/** The best runs first; those that failed last, and of equal ones the earlier trial first. */
export const ranked = (runs: readonly SweepEntry[], metric: MetricName): SweepEntry[] =>
  [...runs].sort((a, b) => {
    if (a.score === null || b.score === null) return Number(a.score === null) - Number(b.score === null);
    if (isBetter(metric, a.score, b.score)) return -1;
    return isBetter(metric, b.score, a.score) ? 1 : a.trial - b.trial;
  });

const ofTheCall: ReadonlySet<string> = new Set(["output", "overwrite", "resume", "saveSteps", "saveTotalLimit"]);

/** Writes the settings of the best trial as a config file, and every number beside it. */
export async function writeSweep(result: SweepResult, config: TrainConfig): Promise<void> {
  const shape: Readonly<Record<string, { parse(value: undefined): unknown }>> = {
    ...trainConfig.shape,
    output: { parse: () => undefined },
  };
  const chosen = Object.entries(config).filter(
    ([key, value]) => !ofTheCall.has(key) && value !== undefined && value !== shape[key]!.parse(undefined),
  );
  const { folder, best, metric, ...json } = result;
  const head =
    `# The best of ${new Set(result.trials.map(({ trial }) => trial)).size} trials, by ${metric} ${best.score!.toFixed(4)} on the validation part.\n` +
    "# npx relata train DATA --config best.yaml\n";
  await writeFileAtomic(join(folder, bestName), head + stringify(Object.fromEntries(chosen)));
  const text = JSON.stringify({ version: 1, createdWith: versions, metric, best, ...json, settings: config }, null, 2);
  await writeFileAtomic(join(folder, resultName), `${text}\n`);
}
