import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Paths of files and folders that are not complete. They are removed when the process ends, so that Ctrl-C leaves nothing behind. */
const unfinished = new Set<string>();

/** A file that was begun, or one that is now complete or removed. */
export interface UnfinishedFile {
  readonly path: string;
  readonly isFinished: boolean;
}

let report: (file: UnfinishedFile) => void = () => {};

/**
 * Reports the files begun and finished on this thread to its owner, which removes the unfinished ones: a thread can end
 * at any moment.
 */
export function reportUnfinished(to: (file: UnfinishedFile) => void): void {
  report = to;
}

/** Removes everything that is not complete; for a process that a signal is about to end. */
export function removeUnfinished(): void {
  for (const path of unfinished) rmSync(path, { recursive: true, force: true });
}

/** A name beside `path` that no other program uses, hidden in listings of the folder. */
export const hiddenBeside = (path: string, ending: string): string =>
  join(dirname(path), `.${basename(path)}.${process.pid}-${randomBytes(4).toString("hex")}.${ending}`);

const hidden = /^\..+\.(\d+)-[0-9a-f]{8}\.(?:tmp|old)$/;

/** Removes the unfinished files that killed processes of this machine left in a folder. */
export async function removeRemains(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = hidden.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) await rm(join(folder, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/**
 * A temporary name for a file or folder that one rename will put in the place of `path`. If the process ends before
 * `forget` is called, it is removed.
 */
export function temporaryBeside(path: string): string {
  const temporary = hiddenBeside(path, "tmp");
  removeAtExit(temporary);
  return temporary;
}

/** Registers a file or folder that is removed if the process ends before `forget` is called. */
export function removeAtExit(path: string): void {
  if (unfinished.size === 0) process.once("exit", removeUnfinished);
  unfinished.add(path);
  report({ path, isFinished: false });
}

/** To be called once nothing is left under the temporary name. */
export function forget(temporary: string): void {
  unfinished.delete(temporary);
  report({ path: temporary, isFinished: true });
  if (unfinished.size === 0) process.off("exit", removeUnfinished);
}
