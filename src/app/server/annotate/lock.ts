import { mkdir, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { UnavailableError } from "../../../index.ts";

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
};

/**
 * Makes this process the only one that writes annotations into a folder. Returns what releases it; the lock of a process
 * that was killed is taken over.
 * @throws UnavailableError if another server has the folder
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, "lock");
  await mkdir(folder, { recursive: true });
  for (let attempt = 0; ; attempt++) {
    try {
      const file = await open(path, "wx");
      await file.writeFile(String(process.pid));
      await file.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
        const { message } = error as Error;
        throw new UnavailableError(
          `Cannot write annotations into ${folder}: ${message}. Choose another with --annotations.`,
        );
      }
    }
    const pid = Number(await readFile(path, "utf8").catch(() => ""));
    if ((pid !== process.pid && isRunning(pid)) || attempt > 1)
      throw new UnavailableError(
        `Cannot write annotations into ${folder}: process ${pid} does so. Stop it, or choose another folder with --annotations.`,
      );
    await rm(path, { force: true });
  }
}
