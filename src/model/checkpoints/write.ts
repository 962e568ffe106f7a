import { copyFile, link, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { syncFolder, writeFileAtomic } from "../../files/atomic-file.ts";
import { writeFailure } from "../../files/failures.ts";
import { digestFile, type FileDigest } from "../../files/file-digest.ts";
import { forget, hiddenBeside, removeAtExit, temporaryBeside } from "../../files/temporary.ts";
import type { OptimizerState } from "../../training/optimizer.ts";
import { metricsName } from "../file-names.ts";
import { writeSafetensors, type NamedWeights } from "../weights/safetensors/write.ts";
import {
  bestLogitsName,
  bestWeightsName,
  checkpointName,
  currentWeightsName,
  manifestOfCheckpoint,
  optimizerName,
  stateName,
} from "./files.ts";
import { tensorsOfLogits, tensorsOfOptimizer } from "./tensors.ts";

export interface CheckpointParts {
  readonly step: number;
  /** The text of trainer_state.json. */
  readonly state: string;
  /** The weights that learn, and the moments; not needed once all steps are done. */
  readonly current: { readonly weights: NamedWeights; readonly optimizer: OptimizerState } | undefined;
  /** The best weights so far, as a file of the model folder, and their logits. */
  readonly best?:
    | {
        readonly file: string;
        readonly digest: FileDigest;
        readonly logits: readonly Float32Array[];
        /** Whether the file holds the weights of this step, and no others. */
        readonly isCurrent: boolean;
      }
    | undefined;
}

/**
 * Writes `checkpoint-<step>` into a run's folder: under a temporary name, with the digest of every file in MANIFEST.json, safe
 * on disk, and put in its place by one rename.
 * @returns its path
 * @throws UnavailableError if it cannot be written; nothing is left behind
 */
export async function writeCheckpoint(folder: string, parts: CheckpointParts): Promise<string> {
  const path = join(folder, checkpointName(parts.step));
  const temporary = temporaryBeside(path);
  try {
    await mkdir(temporary);
    const files = await writeFiles(temporary, folder, parts);
    await writeFileAtomic(join(temporary, manifestOfCheckpoint), `${JSON.stringify({ version: 1, files }, null, 2)}\n`);
    await syncFolder(temporary);
    await putInPlace(temporary, path);
    await syncFolder(folder);
    return path;
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => {}); // the first failure is the one to report
    throw writeFailure(path, error);
  } finally {
    forget(temporary);
  }
}

async function writeFiles(
  to: string,
  folder: string,
  { state, current, best }: CheckpointParts,
): Promise<Record<string, FileDigest>> {
  const files: Record<string, FileDigest> = {};
  if (best) {
    files[bestWeightsName] = best.digest;
    await linkOrCopy(best.file, join(to, bestWeightsName));
    files[bestLogitsName] = await writeSafetensors(join(to, bestLogitsName), tensorsOfLogits(best.logits));
  }
  if (current && best?.isCurrent) {
    files[currentWeightsName] = best.digest;
    await linkOrCopy(best.file, join(to, currentWeightsName));
  } else if (current) files[currentWeightsName] = await writeSafetensors(join(to, currentWeightsName), current.weights);
  if (current)
    files[optimizerName] = await writeSafetensors(join(to, optimizerName), tensorsOfOptimizer(current.optimizer));
  await copyFile(join(folder, metricsName), join(to, metricsName));
  files[metricsName] = await digestFile(join(to, metricsName));
  files[stateName] = await writeFileAtomic(join(to, stateName), state);
  return files;
}

/** Files of weights are replaced and never changed, so that a second name for one costs nothing. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  await link(from, to).catch(() => copyFile(from, to));
}

/** A folder that is there already was damaged, or written by a run that the resumed one repeats. */
async function putInPlace(temporary: string, path: string): Promise<void> {
  const aside = hiddenBeside(path, "old");
  await rename(path, aside).catch(() => {}); // there is none
  await rename(temporary, path);
  removeAtExit(aside);
  await rm(aside, { recursive: true, force: true });
  forget(aside);
}
