import { open, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UserError, UsageError } from "../errors.ts";
import { writeFileAtomic } from "../files/atomic-file.ts";
import { lockFolder, type FolderLock } from "../files/folder-lock.ts";
import { makeFolders } from "../files/folders.ts";
import { writeFailure } from "../files/failures.ts";
import { removeRemains } from "../files/temporary.ts";
import { wholeLines } from "../files/whole-lines.ts";
import { lockName } from "../model/file-names.ts";
import { fileSize, readText } from "../model/read-file.ts";
import { flagOf } from "../settings.ts";
import { versions } from "../version.ts";

/** All that decides what a run gives, beside model, documents and seed. */
type Basis = Readonly<Record<string, unknown>>;

const maxLedgerBytes = 2 ** 28;

/** @param ofThePlan settings that say which runs there are, and where: the runs may be taken up with others */
export const basisOf = (
  config: object,
  data: readonly { readonly sha256: string }[],
  ofThePlan: ReadonlySet<string>,
): Basis => ({
  relata: versions.relata,
  data: data.map(({ sha256 }) => sha256),
  ...Object.fromEntries(Object.entries(config).filter(([key, value]) => !ofThePlan.has(key) && value !== undefined)),
});

/**
 * A ledger of several runs: what they rest on in the first line, then one line for each finished run, safe on disk when `add`
 * returns. A line that was cut short is forgotten. Until `release`, no other process writes to the folder.
 */
export class RunLedger<Entry extends object> {
  readonly #path: string;
  readonly #lock: FolderLock;
  readonly entries: Entry[];

  private constructor(path: string, lock: FolderLock, entries: Entry[]) {
    this.#path = path;
    this.#lock = lock;
    this.entries = entries;
  }

  /**
   * Takes up the runs of a folder, or begins them in a new or empty folder, and locks it.
   * @throws UsageError for a folder that another command writes to, that holds something else, or runs of other data or
   * settings, unless `overwrite`.
   */
  static async open<Entry extends object>(
    folder: string,
    basis: Basis,
    { overwrite, name }: { readonly overwrite: boolean; readonly name: string },
  ): Promise<RunLedger<Entry>> {
    const path = join(folder, name);
    let lock: FolderLock | undefined;
    try {
      await makeFolders(folder);
      // Before anything is read: another command may add a line after that, which the rename below would lose.
      lock = await lockFolder(folder, lockName);
      await removeRemains(folder);
      const names = (await readdir(folder)).filter((found) => found !== lockName);
      if (names.length > 0 && !names.includes(name)) {
        throw new UsageError(
          `The output folder ${folder} is not empty, and holds no ${name} to go on with: it holds ${names.slice(0, 3).join(", ")}. Choose another folder.`,
        );
      }
      const lines = (await fileSize(path)) === undefined ? [] : wholeLines(await readText(path, maxLedgerBytes));
      const [first, ...rest] = lines;
      // Runs that were never finished bind nobody: a command that was mended after its first failure begins anew.
      const changed = rest.length === 0 ? [] : differences(first as Basis, basis);
      if (changed.length > 0 && !overwrite) {
        throw new UsageError(
          `The work in ${folder} was begun otherwise: ${changed.join("; ")}. Run it as before to go on with it, choose another --output, or add --overwrite to begin anew.`,
        );
      }
      const entries = changed.length > 0 ? [] : (rest as Entry[]);
      // In one rename: a process that is killed here loses no finished run.
      await writeFileAtomic(path, [basis, ...entries].map((line) => `${JSON.stringify(line)}\n`).join(""));
      return new RunLedger<Entry>(path, lock, entries);
    } catch (error) {
      await lock?.release();
      if (error instanceof UserError) throw error;
      throw writeFailure(folder, error);
    }
  }

  /** Frees the folder for other processes. A ledger without a finished run is removed where nothing else is left. */
  async release(): Promise<void> {
    try {
      if (this.entries.length === 0) await this.#removeAlone();
    } finally {
      await this.#lock.release();
    }
  }

  /** Beside remains of a run the ledger stays, as the same command needs it to go on in a folder that is not empty. */
  async #removeAlone(): Promise<void> {
    const names = (await readdir(dirname(this.#path))).filter((found) => found !== lockName);
    if (names.length === 1) await rm(this.#path, { force: true });
  }

  async add(entry: Entry): Promise<void> {
    this.entries.push(entry);
    try {
      await this.#append(entry);
    } catch (error) {
      throw writeFailure(this.#path, error);
    }
  }

  async #append(line: object): Promise<void> {
    const file = await open(this.#path, "a");
    try {
      await file.appendFile(`${JSON.stringify(line)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
  }
}

/** The parts of the basis that have changed, in words. */
function differences(before: Basis, now: Basis): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return keys.flatMap((key) => {
    const [was, is] = [before[key], now[key]].map((value) => JSON.stringify(value));
    if (was === is) return [];
    if (key === "data") return ["its data had other contents"];
    if (key === "relata") return [`it was made by Relata ${was ?? "of no version"}, this is ${is}`];
    return [`${flagOf(key)} was ${was ?? "not given"}, now ${is ?? "not given"}`];
  });
}
