import { z } from "zod";
import { trainConfig } from "../config.ts";
import { lockSeconds, queueUrl } from "../queue/settings.ts";
import { rankFields } from "../ranks/settings.ts";
import { cardFields } from "../report/card-settings.ts";
import { trainingSettings } from "../training/settings.ts";

/** The same setting for all commands that train several times. */
const queue = queueUrl
  .optional()
  .describe("With --sweep, --folds or --seeds: relata worker trains the runs by this queue: URL of Redis or Valkey");

/** Settings of several runs: those of `relata train`, and how many there are. */
export const repeatConfig = z.strictObject({
  ...trainConfig.omit(rankFields).shape,
  folds: z
    .int()
    .min(2)
    .max(1000)
    .optional()
    .describe(
      "Cross-validation: train once for each of this many folds, each the test part once; runs that are finished are not " +
        "repeated, and one more model is trained on all documents",
    ),
  seeds: z
    .int()
    .min(2)
    .max(1000)
    .optional()
    .describe(
      "Train with this many seeds, --seed, --seed + 1 and so on, on the same parts, for the spread of the scores",
    ),
  queue,
});
export type RepeatConfig = z.infer<typeof repeatConfig>;
export type RepeatOptions = z.input<typeof repeatConfig>;

/** Settings of a sweep: those of `relata train`, and what is searched over. */
export const sweepConfig = z.strictObject({
  ...trainConfig.omit(rankFields).shape,
  sweep: z
    .string()
    .min(1)
    .describe(
      "Search for the best settings: YAML or JSON file of settings with { choice: [a, b] }, { uniform: [0, 0.3] } or { logUniform: [1e-5, " +
        "1e-3] }; trials are compared on the validation part, and the best trains the model",
    ),
  trials: z
    .int()
    .min(2)
    .max(1000)
    .optional()
    .describe(
      "With --sweep: draw so many settings; the better third goes on, trained three times as long (default 16)",
    ),
  queue,
});
export type SweepConfig = z.infer<typeof sweepConfig>;
export type SweepOptions = z.input<typeof sweepConfig>;

/** Settings of the command `relata train`: of one run, of several, or of a sweep. */
export const trainCommandConfig = z.strictObject({
  ...trainConfig.shape,
  ...repeatConfig.shape,
  ...sweepConfig.shape,
  sweep: sweepConfig.shape.sweep.optional().describe(sweepConfig.shape.sweep.description!),
});
export type TrainCommandConfig = z.infer<typeof trainCommandConfig>;

/** Settings of `relata worker`, which trains the runs of others. */
export const trainWorkerConfig = z.strictObject({
  queue: queueUrl,
  workers: z
    .int()
    .min(1)
    .max(256)
    .default(1)
    .describe("Runs trained side by side, each with the --threads of the command that queued it"),
  lockSeconds: lockSeconds("a run"),
  untilIdle: z
    .number()
    .min(0)
    .optional()
    .describe(
      "End once the queue has been empty for this many seconds; a sweep empties it for a moment between two rounds",
    ),
});
export type TrainWorkerConfig = z.infer<typeof trainWorkerConfig>;
export type TrainWorkerOptions = z.input<typeof trainWorkerConfig>;

/** Settings of `relata curve`: those of `relata train`, and the numbers of documents to train on. */
export const curveConfig = z.strictObject({
  ...trainConfig.omit({
    trainDocuments: true,
    resume: true,
    saveSteps: true,
    saveTotalLimit: true,
    tensorboard: true,
    ...rankFields,
    ...cardFields,
  }).shape,
  model: z
    .string()
    .min(1)
    .default("relata-mini")
    .describe("Model to start from, as for relata train; for several, separate them by commas or repeat the flag"),
  output: z.string().min(1).describe("Folder for the curve and its ledger; finished runs in it are used again"),
  overwrite: z.boolean().default(false).describe("Start again if the folder holds a curve of other data or settings"),
  points: z
    .string()
    .regex(/^(?:[1-9]\d*|all)(?:,(?:[1-9]\d*|all))*$/, "expected numbers of documents and all, as 5,10,20,all")
    .optional()
    .describe(
      "Numbers of documents to train on, separated by commas (default 5,10,20,50,100,all; 50,100,200,500,1000,all if each document has one pair of entities)",
    ),
  seeds: z.int().min(1).max(100).default(3).describe("Runs at each point: the seeds --seed, --seed + 1 and so on"),
  minSteps: trainingSettings.shape.minSteps.describe(
    "Train for at least this many optimizer steps, so that a model sees few documents often enough (default: 600 for luke-mini, " +
      "which starts from random weights, and 200 otherwise or if --epochs is given, unless --max-steps is)",
  ),
});
export type CurveConfig = z.infer<typeof curveConfig>;
export type CurveOptions = z.input<typeof curveConfig>;
