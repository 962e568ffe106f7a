import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** What is not complete; it goes with the process, so that Ctrl-C leaves nothing behind. */
const unfinished = new Set<string>();

/** Removes what is not complete, for a process that is about to end without being asked. */
export function removeUnfinished(): void {
  for (const path of unfinished) rmSync(path, { recursive: true, force: true });
}

/** A name beside `path` that no other program uses, hidden from those who list the folder. */
export const hiddenBeside = (path: string, ending: string): string =>
  join(dirname(path), `.${basename(path)}.${process.pid}-${randomBytes(4).toString("hex")}.${ending}`);

/**
 * A name for what is to be written and then put in the place of `path` by one rename. What stands under it is removed
 * should the process end before `forget` is called.
 */
export function temporaryBeside(path: string): string {
  const temporary = hiddenBeside(path, "tmp");
  if (unfinished.size === 0) process.once("exit", removeUnfinished);
  unfinished.add(temporary);
  return temporary;
}

/** To be called once the temporary name is gone. */
export function forget(temporary: string): void {
  unfinished.delete(temporary);
  if (unfinished.size === 0) process.off("exit", removeUnfinished);
}
