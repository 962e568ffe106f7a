import { createHash } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { writeFailure } from "./failures.ts";
import type { FileDigest } from "./file-digest.ts";
import { forget, temporaryBeside } from "./temporary.ts";

/** Appends to the file; the caller must not change the data until the promise resolves. */
export type Sink = (data: string | Uint8Array) => Promise<void>;

/** A file that is complete on disk under a temporary name beside its place. */
export interface StagedFile {
  readonly digest: FileDigest;
  /** Moves the file to its place by one rename: readers see the old content or the new, never a mixture. */
  commit(): Promise<void>;
  discard(): Promise<void>;
}

// A single write() of Linux ends at 2 GiB, and hashing blocks the thread for as long as a piece takes.
const pieceBytes = 2 ** 24;

/**
 * Writes and fsyncs a temporary file beside `path`, to be committed later.
 * @throws UnavailableError if the place cannot be written; nothing is left behind.
 */
export async function stageFile(path: string, write: (sink: Sink) => Promise<void>): Promise<StagedFile> {
  const temporary = temporaryBeside(path);
  const discard = async (): Promise<void> => {
    await rm(temporary, { force: true });
    forget(temporary);
  };
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    // "wx" neither follows a symbolic link nor shares a file with another writer.
    const handle = await open(temporary, "wx");
    try {
      await write(async (data) => {
        const all = typeof data === "string" ? Buffer.from(data) : data;
        for (let start = 0; start < all.byteLength;) {
          const { bytesWritten } = await handle.write(all, start, Math.min(pieceBytes, all.byteLength - start));
          hash.update(all.subarray(start, start + bytesWritten));
          start += bytesWritten;
        }
        bytes += all.byteLength;
      });
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    await discard().catch(() => {}); // the first failure is the one to report
    throw writeFailure(path, error);
  }
  const commit = async (): Promise<void> => {
    try {
      await rename(temporary, path);
      forget(temporary);
      await syncFolder(dirname(path));
    } catch (error) {
      await discard().catch(() => {});
      throw writeFailure(path, error);
    }
  };
  return { digest: { bytes, sha256: hash.digest("hex") }, commit, discard };
}

/**
 * Replaces a file as a whole: after a crash at any moment it holds either the old content or the new.
 * @throws UnavailableError if the place cannot be written; the old file is then as it was.
 */
export async function writeFileAtomic(path: string, data: string | Uint8Array): Promise<FileDigest> {
  const staged = await stageFile(path, (sink) => sink(data));
  await staged.commit();
  return staged.digest;
}

/** Makes renames and removals in a folder last through a power cut. Windows has no such call and needs none. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
