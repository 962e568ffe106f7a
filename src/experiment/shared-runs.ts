import { createHash } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { trainConfig, type TrainConfig } from "../config.ts";
import { DataError } from "../errors.ts";
import { writeFileAtomic } from "../files/atomic-file.ts";
import { makeFolders } from "../files/folders.ts";

/** The name of the queue of all sweeps and repeated trainings. */
export const queueName = "relata-train";

/** The folder within the output folder by which the command and the workers share its runs. */
export const sharedFolder = "queue";
const planName = "plan.json";

/** A run to be trained, as it stands in the queue: all else is in the folder. */
export interface SharedJob {
  /** The output folder; all machines see it under this path. */
  readonly folder: string;
  /** The id of the plan. */
  readonly run: string;
  /** The name of the run. */
  readonly name: string;
}

/** The kinds of runs, which have different entries in their ledgers. */
const kinds = ["trial", "repeat"] as const;

/** Settings in the order of their schema, those that are not given too, as a model card lists them. */
const wholeConfig = (given: Readonly<Record<string, unknown>>): TrainConfig =>
  trainConfig.parse(Object.fromEntries(Object.keys(trainConfig.shape).map((key) => [key, given[key]])));

const plan = z.strictObject({
  run: z.string(),
  kind: z.enum(kinds),
  code: z.strictObject({ relata: z.string(), onnxruntime: z.string() }),
  paths: z.array(z.string()),
  /** SHA-256 of the files that were read. */
  data: z.array(z.string()),
  orders: z.array(
    z.strictObject({
      name: z.string().regex(/^[\w-]+$/),
      number: z.int(),
      run: z.record(z.string(), z.unknown()),
      config: z.record(z.string(), z.unknown()).transform(wholeConfig),
    }),
  ),
});
/** The runs that workers are to train now. */
export type SharedPlan = z.infer<typeof plan>;
export type SharedKind = (typeof kinds)[number];

const failed = z.strictObject({ run: z.string(), error: z.string(), isTransient: z.boolean() });
export type FailedRun = z.infer<typeof failed>;

const done = z.strictObject({ run: z.string(), entry: z.record(z.string(), z.unknown()) });

/** The id of a plan: another one for other data, settings or folder, so that results are not mixed up. */
export const planIdOf = (folder: string, basis: object): string =>
  createHash("sha256")
    .update(JSON.stringify([resolve(folder), basis]))
    .digest("hex")
    .slice(0, 16);

/** The settings of a run for another working folder: paths are whole. */
export function settledPaths(config: TrainConfig, isFolder: boolean): TrainConfig {
  const { validation, test, model } = config;
  return {
    ...config,
    ...(validation === undefined ? {} : { validation: resolve(validation) }),
    ...(test === undefined ? {} : { test: resolve(test) }),
    ...(isFolder ? { model: resolve(model) } : {}),
  };
}

export const placeOf = (folder: string, name: string, ending = ""): string =>
  join(folder, sharedFolder, `${name}${ending}`);

export async function writePlan(folder: string, given: SharedPlan): Promise<void> {
  await makeFolders(join(folder, sharedFolder));
  await writeFileAtomic(placeOf(folder, planName), `${JSON.stringify(given)}\n`);
}

/** Reads the plan of a folder; undefined if there is none, since its runs are done. @throws DataError if it is damaged */
export async function readPlan(folder: string): Promise<SharedPlan | undefined> {
  const path = placeOf(folder, planName);
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const read = plan.safeParse(parsed(text));
  if (read.success) return read.data;
  throw new DataError("the plan of these runs cannot be used. Start the command that queued them once more.", {
    file: path,
  });
}

/** The entry of a run that is done. */
export async function doneEntry<Entry>(
  folder: string,
  { run, name }: Omit<SharedJob, "folder">,
): Promise<Entry | undefined> {
  const read = await partOf(placeOf(folder, name, ".done.json"), done);
  return read?.run === run ? (read.entry as Entry) : undefined;
}

export async function writeDone({ folder, run, name }: SharedJob, entry: object): Promise<void> {
  await writeFileAtomic(placeOf(folder, name, ".done.json"), `${JSON.stringify({ run, entry })}\n`);
  await rm(placeOf(folder, name, ".failed.json"), { force: true });
}

export async function failedRun(
  folder: string,
  { run, name }: Omit<SharedJob, "folder">,
): Promise<FailedRun | undefined> {
  const read = await partOf(placeOf(folder, name, ".failed.json"), failed);
  return read?.run === run ? read : undefined;
}

export const writeFailed = async (
  { folder, run, name }: SharedJob,
  error: Error,
  isTransient: boolean,
): Promise<void> => {
  const text = JSON.stringify({ run, error: error.message, isTransient });
  await writeFileAtomic(placeOf(folder, name, ".failed.json"), `${text}\n`);
};

/** Takes the plan away: workers that still have a run of it give it up. */
export const removePlan = (folder: string): Promise<void> => rm(placeOf(folder, planName), { force: true });

/** Removes everything that was shared, once it is in the ledger. */
export const removeShared = (folder: string): Promise<void> =>
  rm(join(folder, sharedFolder), { recursive: true, force: true });

async function partOf<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  return text === undefined ? undefined : schema.safeParse(parsed(text)).data;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // cut short
  }
}
