import { z } from "zod";
import { predictConfig } from "../config.ts";
import { formatSettings } from "../formats/settings.ts";
import { lockSeconds, queueUrl } from "../queue/settings.ts";

/** Settings of the commands of bulk scoring (`relata score …`). */

/** The number of texts that are scored at once: shards of whole multiples give the same batches as `relata predict`. */
const textsAtOnce = 64;

/** Settings that decide what is written: they are stored in the plan, and every process that scores a shard uses them. */
export const scoringOptions = z.strictObject({
  ...predictConfig.omit({ threads: true }).shape,
  // Copies by annotators differ in their relations alone, which are predicted; bad rows are set aside anyway.
  ...formatSettings.omit({ annotator: true, skipInvalid: true }).shape,
});
export type ScoringOptions = z.infer<typeof scoringOptions>;

export const scorePlanConfig = z.strictObject({
  output: z.string().min(1).describe("Folder of the run: the plan, the parts and at last the output; new or empty"),
  shardRows: z
    .int()
    .positive()
    .multipleOf(textsAtOnce)
    .default(4096)
    .describe("Rows of a shard, the unit of work: a multiple of 64, so that batches are those of relata predict"),
  maxRejects: z
    .int()
    .min(0)
    .default(100)
    .describe("Fail a shard in which more rows than this cannot be scored; fewer are set aside and reported"),
  ...scoringOptions.shape,
});
export type ScorePlanConfig = z.infer<typeof scorePlanConfig>;
export type ScorePlanOptions = z.input<typeof scorePlanConfig>;

const model = z
  .string()
  .min(1)
  .optional()
  .describe("Folder of the same model on this machine, if the plan names another place; its hash is compared");
const threads = predictConfig.shape.threads;
const workers = z
  .int()
  .min(1)
  .max(256)
  .default(1)
  .describe("Models opened side by side, each with its own weights and --threads");

export const scoreRunConfig = z.strictObject({
  workers,
  threads,
  model,
  queue: queueUrl
    .optional()
    .describe("Have workers score the shards (relata score worker) that share this queue: URL of Redis or Valkey"),
  shard: z.int().min(0).optional().describe("Score this shard alone, counted from 0"),
  shardFromEnv: z
    .boolean()
    .default(false)
    .describe(
      "Score the shard that the engine of the job names: JOB_COMPLETION_INDEX, AWS_BATCH_JOB_ARRAY_INDEX, SLURM_ARRAY_TASK_ID, HQ_TASK_ID, or PARALLEL_SEQ less 1",
    ),
  tasks: z
    .int()
    .positive()
    .optional()
    .describe(
      "With --shard-from-env: the job has this many tasks, and task I scores shards I, I + TASKS, I + 2 TASKS …",
    ),
  dryRun: z
    .boolean()
    .default(false)
    .describe("Score 100 rows from all over the input, write nothing, and estimate the time of the whole"),
  price: z.number().positive().optional().describe("With --dry-run: the price of this machine for an hour"),
});
export type ScoreRunConfig = z.infer<typeof scoreRunConfig>;
export type ScoreRunOptions = z.input<typeof scoreRunConfig>;

export const scoreWorkerConfig = z.strictObject({
  queue: queueUrl,
  workers,
  threads,
  model,
  lockSeconds: lockSeconds("a shard"),
  untilEmpty: z.boolean().default(false).describe("End once the queue is empty, instead of waiting for more"),
});
export type ScoreWorkerConfig = z.infer<typeof scoreWorkerConfig>;
export type ScoreWorkerOptions = z.input<typeof scoreWorkerConfig>;

export const scoreCommitConfig = z.strictObject({
  to: z
    .string()
    .min(1)
    .optional()
    .describe(
      "File for all answers in the order of the input, as Parquet if its name ends so (default: predictions.jsonl in the folder of the run)",
    ),
  overwrite: z.boolean().default(false).describe("Replace the file if it exists"),
});
export type ScoreCommitConfig = z.infer<typeof scoreCommitConfig>;
export type ScoreCommitOptions = z.input<typeof scoreCommitConfig>;
