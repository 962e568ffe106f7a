import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Paths of files and folders that are not complete. They are removed when the process ends, so that Ctrl-C leaves nothing behind. */
const unfinished = new Set<string>();

/** Removes everything that is not complete; for a process that a signal is about to end. */
export function removeUnfinished(): void {
  for (const path of unfinished) rmSync(path, { recursive: true, force: true });
}

/** A name beside `path` that no other program uses, hidden in listings of the folder. */
export const hiddenBeside = (path: string, ending: string): string =>
  join(dirname(path), `.${basename(path)}.${process.pid}-${randomBytes(4).toString("hex")}.${ending}`);

/**
 * A temporary name for a file or folder that one rename will put in the place of `path`. If the process ends before
 * `forget` is called, it is removed.
 */
export function temporaryBeside(path: string): string {
  const temporary = hiddenBeside(path, "tmp");
  if (unfinished.size === 0) process.once("exit", removeUnfinished);
  unfinished.add(temporary);
  return temporary;
}

/** To be called once nothing is left under the temporary name. */
export function forget(temporary: string): void {
  unfinished.delete(temporary);
  if (unfinished.size === 0) process.off("exit", removeUnfinished);
}
