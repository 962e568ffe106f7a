import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { writeFileAtomic } from "../files/atomic-file.ts";
import type { Manifest } from "./manifest.ts";

/** The files of a shard's part in the folder of a run. */
export interface PartPaths {
  readonly answers: string;
  readonly rejects: string;
  /** Written last: with it, the part is whole. */
  readonly done: string;
  /** Why the shard failed; there only as long as it is not done. */
  readonly failed: string;
}

const done = z.strictObject({
  run: z.string(),
  shard: z.int().min(0),
  /** Answers, and rows set aside: together the rows of the shard. */
  rows: z.int().min(0),
  rejects: z.int().min(0),
  bytes: z.int().min(0),
  sha256: z.string(),
  rejectsSha256: z.string(),
  seconds: z.number(),
});
/** The facts of a part that is whole. */
export type DonePart = z.infer<typeof done>;

const failed = z.strictObject({
  run: z.string(),
  shard: z.int().min(0),
  error: z.string(),
  /** Whether another attempt may end otherwise. */
  isTransient: z.boolean(),
  time: z.string(),
});
export type FailedPart = z.infer<typeof failed>;

export const partsFolder = "parts";

/** Shards have five digits, or as many as the last of them needs. */
const nameOf = (shard: number, shards: number): string =>
  `part-${String(shard).padStart(Math.max(5, String(shards - 1).length), "0")}`;

export function partPaths(folder: string, shard: number, shards: number): PartPaths {
  const path = join(folder, partsFolder, nameOf(shard, shards));
  return {
    answers: `${path}.jsonl`,
    rejects: `${path}.rejects.jsonl`,
    done: `${path}.done.json`,
    failed: `${path}.failed.json`,
  };
}

/** The shard that the name of a done.json belongs to; undefined for any other name. */
export function shardOfDone(name: string): number | undefined {
  const digits = /^part-(\d+)\.done\.json$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Returns what is known of a part, if it is whole and of this run; its hash is compared when it is committed. */
export async function donePart(folder: string, plan: Manifest, shard: number): Promise<DonePart | undefined> {
  const paths = partPaths(folder, shard, plan.shards.length);
  const read = await parsed(paths.done, done);
  if (read?.run !== plan.run || read.shard !== shard) return undefined;
  const size = await stat(paths.answers).then(
    (stats) => stats.size,
    () => undefined,
  );
  return size === read.bytes ? read : undefined;
}

export const failedPart = (folder: string, plan: Manifest, shard: number): Promise<FailedPart | undefined> =>
  parsed(partPaths(folder, shard, plan.shards.length).failed, failed);

export async function writeDone(paths: PartPaths, part: DonePart): Promise<void> {
  await writeFileAtomic(paths.done, `${JSON.stringify(part)}\n`);
  await rm(paths.failed, { force: true });
}

export async function writeFailed(paths: PartPaths, part: FailedPart): Promise<void> {
  await writeFileAtomic(paths.failed, `${JSON.stringify(part)}\n`);
}

/** The content of a JSON file; undefined if it is not there or holds something else. */
async function parsed<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  try {
    return schema.safeParse(JSON.parse(await readFile(path, "utf8"))).data;
  } catch {
    return undefined;
  }
}
