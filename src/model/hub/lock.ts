import { randomUUID } from "node:crypto";
import { link, open, readFile, readlink, rename, rm, stat, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { TryAgainError } from "../../errors.ts";
import { writeFailure } from "../../files/failures.ts";
import { pause } from "./backoff.ts";

export interface LockTiming {
  /** Milliseconds between two signs of life of a holder. */
  readonly beatMs: number;
  /** Milliseconds without a sign of life after which a holder counts as dead. */
  readonly staleMs: number;
}

const usualTiming: LockTiming = { beatMs: 2_000, staleMs: 20_000 };
const pollMs = 100;

interface Owner {
  /** The host and, on Linux, the container, since process ids are valid only there. */
  readonly machine: string;
  readonly pid: number;
  readonly id: string;
}

/**
 * A lock file: the process that created it holds it until it removes it, dies or stands still for long. Node has no
 * flock, so this cannot be Python's lock; it saves duplicate work, but the files it guards must still be verified.
 */
export class FileLock {
  readonly #path: string;
  readonly #text: string;
  readonly #timer: NodeJS.Timeout;
  readonly #lost = new AbortController();

  private constructor(path: string, text: string, beatMs: number) {
    this.#path = path;
    this.#text = text;
    this.#timer = setInterval(() => void this.#beat(), beatMs).unref();
  }

  /**
   * Tries to take the lock.
   * @returns undefined if another process holds it
   * @throws UnavailableError if the folder cannot be written
   */
  static async try(path: string, { beatMs }: LockTiming = usualTiming): Promise<FileLock | undefined> {
    const text = JSON.stringify({ machine: await machineName(), pid: process.pid, id: randomUUID() } satisfies Owner);
    try {
      const handle = await open(path, "wx");
      try {
        await handle.writeFile(text);
      } finally {
        await handle.close();
      }
    } catch (error) {
      if (isCode(error, "EEXIST")) return undefined;
      throw writeFailure(path, error);
    }
    return new FileLock(path, text, beatMs);
  }

  /** Waits until the holder has released the lock or is dead. */
  static async wait(path: string, signal: AbortSignal, timing: LockTiming = usualTiming): Promise<FileLock> {
    let seen = "";
    let since = performance.now();
    for (;;) {
      const lock = await FileLock.try(path, timing);
      if (lock) return lock;
      const holder = await look(path);
      // A holder is dead if its time does not change while we look; the time itself says nothing, since clocks differ.
      const now = `${holder?.text} ${holder?.mtimeMs}`;
      if (now !== seen) since = performance.now();
      seen = now;
      const isSilent = performance.now() - since > timing.staleMs;
      if (holder && (isSilent || (await isDead(holder.text)))) await takeAway(path, holder.text);
      else await pause(pollMs, signal);
    }
  }

  /** A signal that aborts when another process took this one for dead and the lock with it. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Checks that the lock is still held. @throws TryAgainError if another process has taken it */
  async requireHeld(): Promise<void> {
    await this.#beat();
    this.lost.throwIfAborted();
  }

  async release(): Promise<void> {
    clearInterval(this.#timer);
    if ((await look(this.#path))?.text === this.#text) await rm(this.#path, { force: true });
  }

  async #beat(): Promise<void> {
    if ((await look(this.#path))?.text === this.#text) {
      const now = new Date();
      await utimes(this.#path, now, now).catch(() => {}); // the next sign of life finds out why
    } else if (!this.lost.aborted) {
      const story = `${this.#path} was taken by another process while this one stood still. Run the command again.`;
      this.#lost.abort(new TryAgainError(story));
    }
  }
}

async function look(path: string): Promise<{ readonly text: string; readonly mtimeMs: number } | undefined> {
  try {
    return { text: await readFile(path, "utf8"), mtimeMs: (await stat(path)).mtimeMs };
  } catch {
    return undefined; // gone meanwhile
  }
}

async function isDead(text: string): Promise<boolean> {
  const owner = parseOwner(text);
  if (owner?.machine !== (await machineName())) return false;
  try {
    process.kill(owner.pid, 0);
    return false;
  } catch (error) {
    return isCode(error, "ESRCH");
  }
}

/** Removes a dead holder's lock. A rename decides between two processes; one that moved a newer lock puts it back. */
async function takeAway(path: string, text: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
    if ((await readFile(aside, "utf8")) !== text) await link(aside, path);
  } catch (error) {
    if (!isCode(error, "ENOENT") && !isCode(error, "EEXIST")) throw writeFailure(path, error);
  } finally {
    await rm(aside, { force: true });
  }
}

function parseOwner(text: string): Owner | undefined {
  try {
    const owner = JSON.parse(text) as Partial<Owner> | null;
    const isOwner = typeof owner?.machine === "string" && Number.isInteger(owner.pid) && owner.pid! > 0;
    return isOwner ? (owner as Owner) : undefined;
  } catch {
    return undefined; // not written yet
  }
}

const machineName = async (): Promise<string> =>
  `${hostname()} ${await readlink("/proc/self/ns/pid").catch(() => "")}`.trim();

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;
