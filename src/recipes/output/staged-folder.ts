import { mkdir, readdir, rename, rm, rmdir, stat } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { writeFailure } from "../../checkpoint/checkpoint-error.ts";
import { makeFolders } from "../../checkpoint/output-folder.ts";
import { forget, hiddenBeside, temporaryBeside } from "../../checkpoint/temporary.ts";
import { listed, printable } from "../../corpus/quote.ts";
import { UsageError } from "../../errors.ts";
import { uninterrupted } from "../../uninterrupted.ts";

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
   * @throws UsageError for another one; UnavailableError where none can be made
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
    if (there && !overwrite) await requireEmpty(path);
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
   * Puts the folder in its place. What stood there is removed, if it is of the same kinds of files.
   * @throws UsageError where there is something else in it, which is kept
   */
  commit(): Promise<void> {
    // Between its two renames nothing stands under the name.
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
      await rename(aside, this.#path).catch(() => {}); // the first failure is the one worth telling
      throw writeFailure(this.#path, error);
    }
    forget(this.folder);
    await rm(aside, { recursive: true, force: true });
  }

  async discard(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true }).catch(() => {}); // the first failure is the one worth telling
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

async function requireEmpty(folder: string): Promise<void> {
  const entries = await readdir(folder).catch((error: unknown) => {
    throw writeFailure(folder, error);
  });
  if (entries.length === 0) return;
  throw new UsageError(
    `The output folder ${folder} is not empty: it holds ${listed(entries.sort().map(printable), 3)}. ` +
      "Choose another folder, or add --overwrite to replace the files in it.",
  );
}

/** What is no folder, as paths in the folder; links are not followed. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map(({ name, parentPath }) => join(parentPath, name).slice(folder.length + 1));
}

/** A hidden file is of no kind but its own. */
const kindOf = (file: string): string => (basename(file).startsWith(".") ? file : extname(file));
