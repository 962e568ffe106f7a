import { UsageError } from "../errors.ts";
import { listed } from "../quote.ts";
import type { Manifest } from "./manifest.ts";
import type { ScoreRunConfig } from "./settings.ts";

/** The variables in which engines give a task its number, and the number that they begin with. */
const variables: ReadonlyMap<string, number> = new Map([
  ["JOB_COMPLETION_INDEX", 0],
  ["AWS_BATCH_JOB_ARRAY_INDEX", 0],
  ["SLURM_ARRAY_TASK_ID", 0],
  ["HQ_TASK_ID", 0],
  ["PARALLEL_SEQ", 1],
]);

/**
 * The shards that this process scores: all of the plan, one that was named, or those of the task that the engine of the
 * job names.
 * @throws UsageError
 */
export function shardsOfTask(
  { shards }: Pick<Manifest, "shards">,
  { shard, shardFromEnv, tasks }: Pick<ScoreRunConfig, "shard" | "shardFromEnv" | "tasks">,
  env: NodeJS.ProcessEnv,
): number[] {
  if (shard !== undefined && shardFromEnv)
    throw new UsageError("--shard and --shard-from-env each name the shard: give one of them.");
  if (tasks !== undefined && !shardFromEnv)
    throw new UsageError("--tasks is about the tasks of --shard-from-env, which was not given.");
  const count = shards.length;
  if (shardFromEnv) return ofTask(taskOf(env), tasks, count);
  if (shard === undefined) return [...shards.keys()];
  if (shard < count) return [shard];
  throw new UsageError(`--shard ${shard} is no shard of this run: it has ${count}, from 0 to ${count - 1}.`);
}

function ofTask(task: number, tasks: number | undefined, count: number): number[] {
  if (tasks === undefined) {
    if (task < count) return [task];
    throw new UsageError(
      `The engine names task ${task}, counted from 0, and the run has ${count} shards. Start a task for each shard, ` +
        "or fewer and say how many by --tasks.",
    );
  }
  if (task >= tasks)
    throw new UsageError(`The engine names task ${task}, counted from 0, and --tasks says that there are ${tasks}.`);
  return Array.from({ length: Math.ceil(Math.max(0, count - task) / tasks) }, (_, i) => task + i * tasks);
}

/** The number of this task, from 0. @throws UsageError unless exactly one engine gives one */
function taskOf(env: NodeJS.ProcessEnv): number {
  const names = [...variables.keys()];
  const given = names.filter((name) => env[name] !== undefined && env[name] !== "");
  if (given.length === 0) {
    throw new UsageError(
      `--shard-from-env: no engine named a task; expected one of ${listed(names)} in the environment. Elsewhere, name the shard by --shard.`,
    );
  }
  if (given.length > 1) {
    throw new UsageError(
      `--shard-from-env: ${listed(given)} are all set, as where one engine runs inside of another. Take away those of the outer ones: ` +
        `env -u ${given[0]} relata score run …`,
    );
  }
  const [name] = given as [string];
  const first = variables.get(name)!;
  const text = env[name]!;
  if (/^\d{1,9}$/.test(text) && Number(text) >= first) return Number(text) - first;
  throw new UsageError(
    `--shard-from-env: ${name} is ${JSON.stringify(text)}; expected a whole number from ${first} on.`,
  );
}
