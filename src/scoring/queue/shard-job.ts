/** The name of the queue of all runs. */
export const queueName = "relata-score";

/** A shard to be scored, as it stands in the queue. */
export interface ShardJob {
  /** The folder of the run; all machines see it under this path. */
  readonly folder: string;
  readonly run: string;
  readonly shard: number;
}

/** The id of a shard's job: the same for every process that asks for the shard, so that it is queued once. */
export const jobIdOf = ({ run, shard }: Pick<ShardJob, "run" | "shard">): string => `${run}-${shard}`;
