import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { digestFile, type FileDigest } from "../../files/file-digest.ts";
import { CheckpointError } from "../checkpoint-error.ts";
import { isPlainFileName, metricsName } from "../file-names.ts";
import { fileSize, readJsonObject } from "../read-file.ts";
import {
  bestLogitsName,
  bestWeightsName,
  currentWeightsName,
  manifestOfCheckpoint,
  optimizerName,
  stateName,
  stepOfName,
} from "./files.ts";
import { parseTrainerState, type TrainerState } from "./trainer-state.ts";

/** A checkpoint whose every file is as it was written. */
export interface ResumePoint {
  readonly path: string;
  readonly step: number;
  readonly state: TrainerState;
  readonly files: Readonly<Record<string, FileDigest>>;
}

const maxStateBytes = 2 ** 28;

const manifest = z.strictObject({
  version: z.literal(1),
  files: z.record(
    z.string().refine(isPlainFileName),
    z.strictObject({ bytes: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
});

/** The steps of the checkpoints in a folder, the newest first; none if there is no such folder. */
export async function checkpointSteps(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch(() => []);
  return names.flatMap((name) => stepOfName(name) ?? []).sort((a, b) => b - a);
}

/**
 * Finds the newest whole checkpoint of a run's folder, and says of each newer one what is wrong with it.
 * @throws CheckpointError if there are checkpoints and none is whole
 */
export async function newestCheckpoint(
  folder: string,
): Promise<{ readonly checkpoint: ResumePoint | undefined; readonly damaged: readonly string[] }> {
  const damaged: string[] = [];
  for (const step of await checkpointSteps(folder)) {
    try {
      return { checkpoint: await openCheckpoint(join(folder, `checkpoint-${step}`), step), damaged };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      damaged.push(error.message);
    }
  }
  if (damaged.length === 0) return { checkpoint: undefined, damaged };
  throw new CheckpointError("no checkpoint of the run is whole", {
    file: folder,
    expected: "a checkpoint whose files are those of its MANIFEST.json",
    found: damaged.join("; "),
    next: "Copy one from where it is whole, or start again with --overwrite instead of --resume.",
  });
}

async function openCheckpoint(path: string, step: number): Promise<ResumePoint> {
  const parsed = manifest.safeParse(await readJsonObject(join(path, manifestOfCheckpoint), maxStateBytes));
  if (!parsed.success) throw new Error(`${path}: ${manifestOfCheckpoint} is damaged`);
  const { files } = parsed.data;
  const problems = missing(files, [metricsName, stateName]);
  for (const [name, expected] of Object.entries(files)) problems.push(...(await problemsOf(path, name, expected)));
  if (problems.length > 0) throw new Error(`${path}: ${problems.join(", ")}`);
  const state = parseTrainerState(await readJsonObject(join(path, stateName), maxStateBytes), join(path, stateName));
  if (state.global_step !== step) throw new Error(`${path}: ${stateName} is of step ${state.global_step}`);
  const { isTrained, best } = state.relata;
  const ofBest = best.keptStep > 0 ? [bestWeightsName, bestLogitsName] : [];
  const lost = missing(files, isTrained ? ofBest : [...ofBest, currentWeightsName, optimizerName]);
  if (lost.length > 0) throw new Error(`${path}: ${lost.join(", ")}`);
  return { path, step, state, files };
}

const missing = (files: ResumePoint["files"], names: readonly string[]): string[] =>
  names.flatMap((name) => (name in files ? [] : [`no ${name} in ${manifestOfCheckpoint}`]));

async function problemsOf(path: string, name: string, { bytes, sha256 }: FileDigest): Promise<string[]> {
  const size = await fileSize(join(path, name));
  if (size === undefined) return [`${name} is missing`];
  if (size !== bytes) return [`${name} has ${size} bytes instead of ${bytes}`];
  const { sha256: found } = await digestFile(join(path, name));
  return found === sha256 ? [] : [`${name} has other content than when it was written (SHA-256)`];
}
