import { constants } from "node:fs";
import { mkdir, open, readFile, truncate, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";

interface Batch {
  readonly lines: string[];
  readonly done: Promise<void>;
  readonly settle: (error?: Error) => void;
}

/**
 * A file of JSON Lines that only grows. A line is on the disk (fsync) when `append` resolves, so that what was answered
 * survives the death of the process; a last line that was being written is cut off at the next start.
 */
export class Journal {
  readonly path: string;
  readonly #file: FileHandle;
  #waiting: Batch | undefined;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  /** Opens the journal for its one writer, and gives the values of its whole lines. @throws for a damaged line within */
  static async open(
    path: string,
  ): Promise<{ readonly journal: Journal; readonly values: readonly unknown[]; readonly cut: number }> {
    await mkdir(dirname(path), { recursive: true });
    const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return Buffer.alloc(0);
      throw error;
    });
    const whole = bytes.lastIndexOf(10) + 1;
    const cut = bytes.length - whole;
    if (cut > 0) await truncate(path, whole);
    const lines = bytes.toString("utf8", 0, whole).split("\n").slice(0, -1);
    const values = lines.map((line, i): unknown => {
      try {
        return JSON.parse(line);
      } catch {
        throw new Error(`line ${i + 1} is damaged: it is not JSON`);
      }
    });
    const file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND, 0o644);
    return { journal: new Journal(path, file), values, cut };
  }

  /** Appends values, which share one fsync with those that come meanwhile. */
  append(values: readonly unknown[]): Promise<void> {
    if (!this.#waiting) {
      let settle: Batch["settle"] = () => {};
      const done = new Promise<void>((resolve, reject) => {
        settle = (error) => (error ? reject(error) : resolve());
      });
      const batch: Batch = { lines: [], done, settle };
      this.#waiting = batch;
      this.#writing = this.#writing.then(() => this.#write(batch));
    }
    const { lines, done } = this.#waiting;
    for (const value of values) lines.push(`${JSON.stringify(value)}\n`);
    return done;
  }

  async #write(batch: Batch): Promise<void> {
    if (this.#waiting === batch) this.#waiting = undefined;
    try {
      await this.#file.appendFile(batch.lines.join(""));
      await this.#file.datasync();
      batch.settle();
    } catch (error) {
      batch.settle(error as Error);
    }
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }
}
