import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { forget, hiddenBeside, removeAtExit } from "../../files/temporary.ts";
import { checkpointName } from "./files.ts";
import { checkpointSteps } from "./find.ts";

/** Removes checkpoints of a folder; each disappears by one rename, so that none is left in part. */
export async function removeCheckpoints(folder: string, isObsolete: (step: number) => boolean): Promise<void> {
  for (const step of (await checkpointSteps(folder)).filter(isObsolete)) {
    const path = join(folder, checkpointName(step));
    const aside = hiddenBeside(path, "old");
    // Before the rename: a process that ends in between has nothing to remove.
    removeAtExit(aside);
    await rename(path, aside);
    await rm(aside, { recursive: true, force: true });
    forget(aside);
  }
}
