import { constants } from "node:fs";
import { copyFile, link, mkdir, open, readFile, readdir, rename, rm, symlink } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { randomUUID } from "node:crypto";
import { syncFolder, writeFileAtomic } from "../../files/atomic-file.ts";
import { writeFailure } from "../../files/failures.ts";
import { fileSize } from "../read-file.ts";
import { hashFile } from "./content-hash.ts";
import type { HubFile } from "./file-list.ts";
import { isCommit } from "./repo-id.ts";

/** The ways in which a snapshot may refer to a blob, best first: not every file system has links. */
export type LinkKind = "symlink" | "hardlink" | "copy";

/**
 * One model's part of the cache that huggingface_hub keeps (hub-docs, docs/hub/local-cache.md):
 * `models--org--name/{blobs,refs,snapshots}`. A blob is named by its content's hash and complete as soon as it is
 * there.
 */
export class ModelCache {
  readonly #folder: string;
  readonly #locks: string;

  constructor(cacheFolder: string, id: string) {
    const name = `models--${id.replace("/", "--")}`;
    this.#folder = join(cacheFolder, name);
    this.#locks = join(cacheFolder, ".locks", name);
  }

  snapshot(commit: string): string {
    return join(this.#folder, "snapshots", commit);
  }

  blob({ hash }: HubFile): string {
    return join(this.#folder, "blobs", hash.digest);
  }

  /**
   * The partial file. Its name differs from Python's `.incomplete`, which may be growing under a lock that Node cannot
   * take.
   */
  partial(file: HubFile): string {
    return `${this.blob(file)}.relata.incomplete`;
  }

  lock({ hash }: HubFile): string {
    return join(this.#locks, `${hash.digest}.relata.lock`);
  }

  /** Makes the folders of the cache. @throws UnavailableError if the cache cannot be written */
  async makeFolders(commit: string): Promise<void> {
    for (const folder of [join(this.#folder, "blobs"), this.snapshot(commit), this.#locks]) {
      await mkdir(folder, { recursive: true }).catch((error: unknown) => {
        throw writeFailure(folder, error);
      });
    }
  }

  /** Reads the commit that a branch or tag stood for when it was last asked; undefined if it never was. */
  async commitOf(revision: string): Promise<string | undefined> {
    if (isCommit(revision)) return revision;
    const commit = await readFile(this.#ref(revision), "utf8").catch(() => "");
    return isCommit(commit.trim()) ? commit.trim() : undefined;
  }

  async saveRef(revision: string, commit: string): Promise<void> {
    if (isCommit(revision) || (await this.commitOf(revision)) === commit) return;
    const path = this.#ref(revision);
    await mkdir(dirname(path), { recursive: true }).catch((error: unknown) => {
      throw writeFailure(path, error);
    });
    await writeFileAtomic(path, commit);
  }

  /** Lists the names of the files in a snapshot, links followed. */
  async names(commit: string): Promise<Set<string>> {
    const folder = this.snapshot(commit);
    const names = new Set<string>();
    for (const name of await readdir(folder).catch(() => [])) {
      if ((await fileSize(join(folder, name))) !== undefined) names.add(name);
    }
    return names;
  }

  /** Checks that a file of the cache has the right size and, if asked, the right content. */
  async isWhole(path: string, { bytes, hash }: HubFile, verify: boolean): Promise<boolean> {
    if ((await fileSize(path)) !== bytes) return false;
    return !verify || (await hashFile(path, bytes, hash.algorithm)) === hash.digest;
  }

  async hasBlob(file: HubFile): Promise<boolean> {
    return (await fileSize(this.blob(file))) !== undefined;
  }

  /** Turns a verified partial file into a blob. */
  async publish(file: HubFile): Promise<void> {
    const path = this.blob(file);
    try {
      await rename(this.partial(file), path);
      await syncFolder(dirname(path));
    } catch (error) {
      throw writeFailure(path, error);
    }
  }

  /** Puts a blob into a snapshot under the file's name, by one rename. */
  async place(
    file: HubFile,
    commit: string,
    kinds: readonly LinkKind[] = ["symlink", "hardlink", "copy"],
  ): Promise<void> {
    const path = join(this.snapshot(commit), file.name);
    const temporary = `${path}.${randomUUID()}.tmp`;
    try {
      await makeLink(kinds, this.blob(file), temporary);
      await rename(temporary, path);
      await syncFolder(dirname(path));
    } catch (error) {
      throw writeFailure(path, error);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  #ref(revision: string): string {
    return join(this.#folder, "refs", ...revision.split("/"));
  }
}

/**
 * Makes the first kind of link that works: Windows grants symbolic links to few, and some file systems have no links.
 */
async function makeLink([kind, ...others]: readonly LinkKind[], from: string, to: string): Promise<void> {
  try {
    // Relative, so that the cache may be moved.
    if (kind === "symlink") await symlink(relative(dirname(to), from), to, "file");
    else if (kind === "hardlink") await link(from, to);
    else await copyDurably(from, to);
  } catch (error) {
    if (others.length === 0) throw error;
    await makeLink(others, from, to);
  }
}

async function copyDurably(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_EXCL);
  const handle = await open(to, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
