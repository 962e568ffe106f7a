import { mkdir, readdir, rename, rm, rmdir, stat } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { writeFailure } from "./failures.ts";
import { makeFolders, namesIn, requireEmpty } from "./folders.ts";
import { forget, hiddenBeside, removeAtExit, temporaryBeside } from "./temporary.ts";
import { listed, printable } from "../quote.ts";
import { UsageError } from "../errors.ts";
import { uninterrupted } from "../uninterrupted.ts";

/** A folder that is filled under a temporary name and appears as a whole. */
export class StagedFolder {
  /** Where to write until it is committed. */
  readonly folder: string;
  readonly #path: string;

  private constructor(path: string, folder: string) {
    this.#path = path;
    this.folder = folder;
  }

  /**
   * @param path a folder that is new, empty or, with `overwrite`, to be replaced
   * @throws UsageError for any other folder; UnavailableError if it cannot be created
   */
  static async create(path: string, { overwrite }: { readonly overwrite: boolean }): Promise<StagedFolder> {
    const absolute = resolve(path);
    if (absolute === process.cwd()) {
      throw new UsageError(`The output folder ${path} is the folder you are in: name a new one.`);
    }
    const there = await stat(path).catch(() => undefined);
    if (there && !there.isDirectory()) {
      throw new UsageError(`The output ${path} is a file, and a folder is to be written. Choose another name.`);
    }
    if (there && !overwrite) requireEmpty(path, await namesIn(path), "files");
    const temporary = temporaryBeside(absolute);
    try {
      await makeFolders(dirname(absolute));
      await mkdir(temporary);
    } catch (error) {
      throw writeFailure(path, error);
    }
    return new StagedFolder(absolute, temporary);
  }

  /**
   * Puts the folder in its place and removes the one that was there, if that holds the same kinds of files.
   * @throws UsageError if it holds other files; it is then kept
   */
  commit(): Promise<void> {
    // Between its two renames there is no folder under the name.
    return uninterrupted(() => this.#commit());
  }

  async #commit(): Promise<void> {
    const former = await readdir(this.#path).catch(() => undefined);
    const aside = hiddenBeside(this.#path, "old");
    if (former && former.length > 0) await this.#requireSameKinds();
    try {
      if (former?.length === 0) await rmdir(this.#path);
      else if (former) await rename(this.#path, aside);
      await rename(this.folder, this.#path);
    } catch (error) {
      await rename(aside, this.#path).catch(() => {}); // the first failure is the one to report
      throw writeFailure(this.#path, error);
    }
    forget(this.folder);
    removeAtExit(aside);
    await rm(aside, { recursive: true, force: true });
    forget(aside);
  }

  async discard(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true }).catch(() => {}); // the first failure is the one to report
    forget(this.folder);
  }

  async #requireSameKinds(): Promise<void> {
    const written = new Set((await filesBelow(this.folder)).map(kindOf));
    const foreign = (await filesBelow(this.#path)).filter((file) => !written.has(kindOf(file)));
    if (foreign.length === 0) return;
    throw new UsageError(
      `The output folder ${this.#path} holds other files than those that would replace them: ` +
        `${listed(foreign.map(printable), 3)}. Nothing was replaced; choose another folder, or move them away.`,
    );
  }
}

/** Everything below a folder that is not itself a folder, as paths in it; links are not followed. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map(({ name, parentPath }) => join(parentPath, name).slice(folder.length + 1));
}

/** The kind of a file: its extension; each hidden file is a kind of its own. */
const kindOf = (file: string): string => (basename(file).startsWith(".") ? file : extname(file));
