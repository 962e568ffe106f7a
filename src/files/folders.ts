import { mkdir, readdir, rmdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { UsageError } from "../errors.ts";
import { listed, printable } from "../quote.ts";
import { writeFailure } from "./failures.ts";

/**
 * Creates a folder and the folders above it; returns those that it created, outermost first. Not by mkdir's own `recursive`: in Node 20 that never returns where the
 * system answers ENOENT for a child of an existing folder, as in /proc.
 */
export async function makeFolders(folder: string): Promise<string[]> {
  if (await isFolder(folder)) return [];
  const above = dirname(folder) === folder ? [] : await makeFolders(dirname(folder));
  await mkdir(folder);
  return [...above, folder];
}

/** Removes the folders of `made`, innermost first, as far as nothing has been put into them. */
export async function removeEmpty(made: readonly string[]): Promise<void> {
  for (const folder of made.toReversed()) {
    try {
      await rmdir(folder);
    } catch {
      return; // it holds something, and so do the folders above it
    }
  }
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );

/** The names in a folder, sorted. @throws UnavailableError if it cannot be read. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    throw writeFailure(folder, error);
  }
}

/** @throws UsageError if the folder holds `names` and the user did not allow `replaced`, a noun, to be overwritten. */
export function requireEmpty(folder: string, names: readonly string[], replaced: string): void {
  if (names.length === 0) return;
  throw new UsageError(
    `The output folder ${folder} is not empty: it holds ${listed(names.map(printable), 3)}. ` +
      `Choose another folder, or add --overwrite to replace the ${replaced} in it.`,
  );
}
