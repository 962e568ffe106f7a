import { mkdir, readdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { UsageError } from "../errors.ts";
import { stageFile } from "./atomic-file.ts";
import { writeFailure } from "./checkpoint-error.ts";
import { readmeName } from "./file-names.ts";
import { isModelCard } from "./model-card.ts";
import { readText } from "./read-file.ts";

export interface Overwrite {
  /** Whether a former model may be replaced. */
  readonly overwrite?: boolean;
}

const maxReadmeBytes = 2 ** 24;

/**
 * Makes sure, before any work is done, that a model can be saved here; creates the folder.
 * @throws UsageError if it is not empty and may not be overwritten, UnavailableError if it cannot be written.
 */
export async function prepareOutputFolder(folder: string, { overwrite = false }: Overwrite = {}): Promise<void> {
  const entries = await makeFolder(folder);
  if (entries.length > 0 && !overwrite) {
    const some = entries.slice(0, 3).join(", ") + (entries.length > 3 ? `, and ${entries.length - 3} more` : "");
    throw new UsageError(
      `The output folder ${folder} is not empty: it holds ${some}. ` +
        "Choose another folder, or add --overwrite to replace the model in it.",
    );
  }
  if (entries.includes(readmeName) && !isModelCard(await readText(join(folder, readmeName), maxReadmeBytes))) {
    throw new UsageError(
      `The output folder ${folder} holds a ${readmeName} that Relata did not write and would replace. ` +
        "Choose another folder, or move that file away.",
    );
  }
  // A real file: permissions alone do not tell of a read-only or full disk.
  const probe = await stageFile(join(folder, "probe"), (sink) => sink("Can this folder be written?\n"));
  await probe.discard();
}

/** @returns what is in the folder already */
async function makeFolder(folder: string): Promise<string[]> {
  try {
    await makeFolders(resolve(folder));
    return (await readdir(folder)).sort();
  } catch (error) {
    throw writeFailure(folder, error);
  }
}

/** Not mkdir's own `recursive`: in Node 20 that never returns where ENOENT is said of an existing parent, as in /proc. */
export async function makeFolders(folder: string): Promise<void> {
  if (await isFolder(folder)) return;
  if (dirname(folder) !== folder) await makeFolders(dirname(folder));
  await mkdir(folder);
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
