import { join, resolve } from "node:path";
import { UsageError } from "../errors.ts";
import { stageFile } from "../files/atomic-file.ts";
import { makeFolders, namesIn, requireEmpty } from "../files/folders.ts";
import { writeFailure } from "../files/failures.ts";
import { readmeName } from "./file-names.ts";
import { isModelCard } from "../report/model-card.ts";
import { readText } from "./read-file.ts";

export interface Overwrite {
  /** Whether an existing model may be replaced. */
  readonly overwrite?: boolean;
}

const maxReadmeBytes = 2 ** 24;

/**
 * Creates the output folder and checks, before any work is done, that a model can be saved in it.
 * @throws UsageError if it is not empty and may not be overwritten, UnavailableError if it cannot be written.
 */
export async function prepareOutputFolder(folder: string, { overwrite = false }: Overwrite = {}): Promise<void> {
  await makeFolders(resolve(folder)).catch((error: unknown) => {
    throw writeFailure(folder, error);
  });
  const entries = await namesIn(folder);
  if (!overwrite) requireEmpty(folder, entries, "model");
  if (entries.includes(readmeName) && !isModelCard(await readText(join(folder, readmeName), maxReadmeBytes))) {
    throw new UsageError(
      `The output folder ${folder} holds a ${readmeName} that Relata did not write and would replace. ` +
        "Choose another folder, or move that file away.",
    );
  }
  // A real file is written, since permissions alone do not show a read-only or full disk.
  const probe = await stageFile(join(folder, "probe"), (sink) => sink("Can this folder be written?\n"));
  await probe.discard();
}
