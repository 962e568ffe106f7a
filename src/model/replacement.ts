import { readdir, rename, rm, rmdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { syncFolder } from "../files/atomic-file.ts";
import { writeFailure } from "../files/failures.ts";
import {
  adapterWeightsName,
  completeModelName,
  manifestName,
  metricsName,
  nextManifestName,
  nextModelName,
  weightsName,
} from "./file-names.ts";
import { readManifest } from "./read-manifest.ts";

/**
 * Puts the complete model of `next-model` in the place of the former model around it. One rename decides: a process that
 * ends before it leaves the former model, one that ends after it leaves the new one, whose files whoever opens the
 * folder next moves to their places. Files that no manifest names are kept.
 * @throws UnavailableError if the folder cannot be written
 */
export async function replaceModel(folder: string): Promise<void> {
  try {
    await syncFolder(join(folder, nextModelName));
    await rename(join(folder, nextModelName), join(folder, completeModelName));
    await syncFolder(folder);
  } catch (error) {
    throw writeFailure(folder, error);
  }
  await completeReplacement(folder);
}

/**
 * Ends a replacement that was decided: moves the files of the new model into the folder, its manifest last. Several
 * processes may do this at once.
 */
export async function completeReplacement(folder: string): Promise<void> {
  const from = join(folder, completeModelName);
  const names = await readdir(from).catch(() => undefined);
  if (!names) return;
  try {
    // Once the manifest has moved, the former model's files are gone.
    if (names.includes(manifestName)) await removeFormerFiles(folder, from);
    for (const name of names.sort((a, b) => Number(a === manifestName) - Number(b === manifestName)))
      await movedAlready(rename(join(from, name), join(folder, name)));
    await movedAlready(rmdir(from));
    await syncFolder(folder);
  } catch (error) {
    throw writeFailure(folder, error);
  }
}

/** Removes the files of the former model that the new one does not have; some of the new one may be moved already. */
async function removeFormerFiles(folder: string, from: string): Promise<void> {
  const next = await filesOf(from);
  // Another process has moved the last file meanwhile.
  if (!next) return;
  const ofNext = new Set([...next, metricsName]);
  for (const name of [weightsName, adapterWeightsName, nextManifestName, ...((await filesOf(folder)) ?? [])])
    if (!ofNext.has(name)) await rm(join(folder, name), { force: true });
}

/** The files that a manifest names. Without one, or with a damaged one, no file is known to be Relata's. */
const filesOf = (folder: string): Promise<string[] | undefined> =>
  readManifest(join(folder, manifestName)).then(
    ({ files }) => Object.keys(files),
    () => undefined,
  );

/** Waits for a move that another process may have made. */
async function movedAlready(move: Promise<void>): Promise<void> {
  await move.catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
}

/** Removes the model of a folder, whose run has a checkpoint of an earlier step. */
export async function clearModel(folder: string): Promise<void> {
  for (const name of [manifestName, nextManifestName, weightsName, adapterWeightsName])
    await rm(join(folder, name), { force: true });
}

/** Whether a folder holds a model that a run must not damage before it has another. */
export async function holdsModel(folder: string): Promise<boolean> {
  const names = [manifestName, nextManifestName, weightsName, adapterWeightsName];
  const found = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}
