import { donePart, failedPart } from "./part-files.ts";
import { readManifest } from "./manifest.ts";
import { readSuccess } from "./success.ts";

export interface ScoringStatus {
  readonly run: string;
  readonly model: string;
  readonly shards: number;
  readonly done: number;
  readonly rows: number;
  /** Rows of the shards that are done: answered, and set aside. */
  readonly answered: number;
  readonly rejects: number;
  readonly bytes: number;
  /** The time that the shards took that are done, of all workers together. */
  readonly seconds: number;
  readonly failed: readonly { readonly shard: number; readonly error: string; readonly isTransient: boolean }[];
  /** The file of all answers, once the run is committed. */
  readonly committed: string | undefined;
}

/** Counts the parts in the folder of a run. */
export async function scoringStatus(folder: string): Promise<ScoringStatus> {
  const plan = await readManifest(folder);
  const failed: { shard: number; error: string; isTransient: boolean }[] = [];
  const sum = { done: 0, answered: 0, rejects: plan.rejects, bytes: 0, seconds: 0 };
  for (const shard of plan.shards.keys()) {
    const part = await donePart(folder, plan, shard);
    if (part) {
      sum.done++;
      sum.answered += part.rows;
      sum.rejects += part.rejects;
      sum.bytes += part.bytes;
      sum.seconds += part.seconds;
      continue;
    }
    const failure = await failedPart(folder, plan, shard);
    if (failure?.run === plan.run) failed.push({ shard, error: failure.error, isTransient: failure.isTransient });
  }
  return {
    run: plan.run,
    model: plan.model.name,
    shards: plan.shards.length,
    ...sum,
    rows: plan.shards.reduce((rows, shard) => rows + shard.rows, 0) + plan.rejects,
    failed,
    committed: (await readSuccess(folder, plan))?.output,
  };
}
