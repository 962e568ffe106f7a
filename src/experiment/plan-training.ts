import { existsSync } from "node:fs";
import type { TrainConfig } from "../config.ts";
import { UsageError } from "../errors.ts";
import { requireEmpty, namesIn } from "../files/folders.ts";
import { requireLora } from "../model/adapters/settings.ts";
import { withModelDefaults } from "../model/starting-settings.ts";
import { requireOwnSettings } from "../model/tasks/settings.ts";
import { taskNamed } from "../model/tasks/tasks.ts";
import { requireOneProcess } from "../ranks/place.ts";
import { physicalCores } from "../runtime/physical-cores.ts";
import { requireSaneRates } from "../training/divergence.ts";
import { trainingLoop } from "../training/loop.ts";
import { plannedSteps } from "../training/planned-steps.ts";
import { prepareRun } from "./prepared-run.ts";
import type { EstimateEvent } from "./run-estimate.ts";
import type { TrainEvent } from "./train-events.ts";

/** A training run as it would be. */
export interface TrainingPlan {
  readonly steps: number;
  readonly stepsPerEpoch: number;
  /** Steps between two evaluations, and the number of evaluations. */
  readonly evalSteps: number;
  readonly evaluations: number;
  /** Texts of a step. */
  readonly batchSize: number;
  readonly learningRate: number;
  readonly threads: number;
  readonly estimate: EstimateEvent;
}

/**
 * Does all that a training run does before its first step, and measures a few steps, whose weights are thrown away: a
 * wrong setting or a bad record shows now, and the time of the run is known. Writes nothing.
 * @throws as a training run does
 */
export async function* planTraining(
  paths: readonly string[],
  given: TrainConfig,
  shouldStop?: () => boolean,
): AsyncGenerator<TrainEvent, TrainingPlan> {
  const started = performance.now();
  if (given.resume)
    throw new UsageError(
      "A dry run plans a run from its beginning, and --resume goes on with one. Leave one of them out.",
    );
  requireOneProcess(given, "A dry run measures");
  requireOwnSettings(given.task, given);
  requireLora(given);
  if (!given.overwrite && existsSync(given.output)) requireEmpty(given.output, await namesIn(given.output), "model");
  const threads = given.threads || physicalCores();
  const config = { ...withModelDefaults(given), threads };
  requireSaneRates(config);
  const run = yield* prepareRun({ task: taskNamed(given.task), paths, config, notes: [], shouldStop, started });
  const { settings, session, examples, estimate } = run;
  const { total, perEpoch, evalSteps } = plannedSteps(examples.lengths.length, settings);
  try {
    const loop = trainingLoop({
      session,
      // The steps alone are measured; scoring is tried on a sample.
      settings: { ...settings, evalSteps: total },
      examples,
      // eslint-disable-next-line require-yield -- the loop is left before it would be evaluated
      evaluate: async function* () {
        return { value: 0 };
      },
      ...(shouldStop ? { shouldStop } : {}),
    });
    let measured: EstimateEvent | undefined;
    for await (const event of estimate.follow(loop)) {
      if (event.type === "step") yield event;
      if (event.type === "estimate") measured = event;
      if (measured || event.type === "evaluation" || event.type === "done") break;
    }
    measured ??= await estimate.at(0);
    return {
      steps: total,
      stepsPerEpoch: perEpoch,
      evalSteps,
      evaluations: Math.ceil(total / evalSteps),
      batchSize: settings.batchSize,
      learningRate: settings.learningRate,
      threads,
      estimate: measured,
    };
  } finally {
    await run.dispose();
  }
}
