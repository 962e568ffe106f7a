import { constants } from "node:fs";
import { access, readdir, readFile, stat, statfs } from "node:fs/promises";
import { freemem, totalmem } from "node:os";
import { dirname, join } from "node:path";

/** A folder that Relata writes into. */
export interface FolderFacts {
  readonly folder: string;
  readonly exists: boolean;
  /** Whether it, or the nearest folder above it that exists, may be written. */
  readonly isWritable: boolean;
  /** Bytes of its files, each counted once; 0 if it does not exist. */
  readonly bytes: number;
  /** Free bytes of its disk. */
  readonly free: number | undefined;
}

export async function folderFacts(folder: string, counts: boolean): Promise<FolderFacts> {
  const exists = await isThere(folder);
  let nearest = folder;
  while (!(await isThere(nearest)) && dirname(nearest) !== nearest) nearest = dirname(nearest);
  const disk = await statfs(nearest).catch(() => undefined);
  return {
    folder,
    exists,
    isWritable: await access(nearest, constants.W_OK).then(
      () => true,
      () => false,
    ),
    bytes: exists && counts ? await bytesOf(folder, new Set()) : 0,
    free: disk && disk.bavail * disk.bsize,
  };
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Links are not followed, and a file with several names counts once. */
async function bytesOf(folder: string, seen: Set<string>): Promise<number> {
  let sum = 0;
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) sum += await bytesOf(path, seen);
    if (!entry.isFile()) continue;
    const found = await stat(path).catch(() => undefined);
    const name = `${found?.dev} ${found?.ino}`;
    if (!found || seen.has(name)) continue;
    seen.add(name);
    sum += found.size;
  }
  return sum;
}

export interface MemoryFacts {
  readonly total: number;
  readonly free: number;
  /** The bound of a container or a service, if there is one. */
  readonly limit: number | undefined;
}

export async function memoryFacts(): Promise<MemoryFacts> {
  const info = await readFile("/proc/meminfo", "utf8").catch(() => "");
  const available = /^MemAvailable:\s+(\d+) kB$/m.exec(info)?.[1];
  const limits = await Promise.all(
    ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"].map((path) =>
      readFile(path, "utf8").then(Number, () => NaN),
    ),
  );
  const limit = limits.find((bytes) => Number.isFinite(bytes) && bytes < totalmem());
  return { total: totalmem(), free: available === undefined ? freemem() : Number(available) * 1024, limit };
}
