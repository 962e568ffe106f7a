import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { UnavailableError, UsageError } from "../errors.ts";
import { writeFailure } from "./failures.ts";
import { forget, hiddenBeside, removeAtExit } from "./temporary.ts";

/** The run that holds a folder, as its lock says. */
export interface LockHolder {
  readonly pid: number;
  readonly host: string;
  /** When it took the lock, in ISO 8601. */
  readonly since: string;
  /** When its process began, in the system's own words; a later process with the same number has another. */
  readonly born: string | undefined;
}

export interface FolderLock {
  /** The dead run whose lock was taken over. */
  readonly former: LockHolder | undefined;
  release(): Promise<void>;
}

/**
 * Takes the lock of a folder, so that no two runs write there. The lock of a dead process of this machine is taken over.
 * @throws UsageError that names the run that holds it; UnavailableError if the folder cannot be written
 */
export async function lockFolder(folder: string, name: string): Promise<FolderLock> {
  const path = join(folder, name);
  const own: LockHolder = {
    pid: process.pid,
    host: hostname(),
    since: new Date().toISOString(),
    born: birthOf(process.pid),
  };
  const former = await take(folder, path, own);
  removeAtExit(path);
  return {
    former,
    release: async () => {
      await rm(path, { force: true });
      forget(path);
    },
  };
}

async function take(folder: string, path: string, own: LockHolder): Promise<LockHolder | undefined> {
  let former: LockHolder | undefined;
  // Each turn removes one dead lock; others may take over at the same moment.
  for (let turn = 0; turn < 5; turn++) {
    if (await create(path, own)) return former;
    const text = await readFile(path, "utf8").catch(() => undefined);
    if (text === undefined) continue;
    const holder = holderOf(text);
    if (holder && isAlive(holder, own)) throw new UsageError(refusal(folder, path, holder, own));
    former = holder ?? former;
    await removeSame(path, text);
  }
  throw new UnavailableError(
    `${folder} cannot be locked: several runs take its lock ${path} at once. Start one run after the other.`,
  );
}

/** Makes the lock, whole from its first moment; returns false if there is one. */
async function create(path: string, own: LockHolder): Promise<boolean> {
  const text = `${JSON.stringify(own)}\n`;
  const whole = hiddenBeside(path, "tmp");
  try {
    await writeFile(whole, text, { flag: "wx" });
    await link(whole, path);
    return true;
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall !== "link") throw writeFailure(path, error);
    if (code === "EEXIST") return false;
    return await createWithoutLink(path, text); // a file system without hard links
  } finally {
    await rm(whole, { force: true }).catch(() => {}); // the first failure is the one to report
  }
}

async function createWithoutLink(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw writeFailure(path, error);
  }
}

/** Removes a lock unless it has changed meanwhile: then another run has taken it over, and gets it back. */
async function removeSame(path: string, text: string): Promise<void> {
  const aside = hiddenBeside(path, "old");
  try {
    await rename(path, aside);
    if ((await readFile(aside, "utf8")) !== text) await link(aside, path);
  } catch {
    // Another run was faster; the next turn looks again.
  }
  await rm(aside, { force: true });
}

function holderOf(text: string): LockHolder | undefined {
  try {
    const { pid, host, since, born } = JSON.parse(text) as Record<keyof LockHolder, unknown>;
    if (typeof pid !== "number" || typeof host !== "string" || typeof since !== "string") return undefined;
    return { pid, host, since, born: typeof born === "string" ? born : undefined };
  } catch {
    return undefined; // cut short, so its writer is dead
  }
}

/** Whether the holder of a lock may still be at work. Nothing can be said of processes of another machine. */
function isAlive(holder: LockHolder, own: LockHolder): boolean {
  if (holder.host !== own.host) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const born = birthOf(holder.pid);
  return born === undefined || holder.born === undefined || born === holder.born;
}

function refusal(folder: string, path: string, holder: LockHolder, own: LockHolder): string {
  const isHere = holder.host === own.host;
  const process = isHere && holder.pid === own.pid ? "this process" : `process ${holder.pid}`;
  const advice = isHere
    ? "Wait for it or stop it, or choose another output folder."
    : `Wait for it, or choose another output folder; if that process is no longer running, delete ${path}.`;
  return `Another run writes to ${folder}: ${process} on ${holder.host}, since ${holder.since}. ${advice}`;
}

/** The boot of the machine and the tick of it at which a process began, where the system says so (Linux). */
function birthOf(pid: number): string | undefined {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name of the program, in parentheses, may hold blanks; the start time is field 22, the twentieth after it.
    return `${boot} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}`;
  } catch {
    return undefined;
  }
}
