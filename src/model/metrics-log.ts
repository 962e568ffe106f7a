import { open, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { UnavailableError } from "../errors.ts";
import { metricsName } from "./file-names.ts";

/**
 * `metrics.jsonl`: the ledger of a run, one line per step and per evaluation, safe on disk at every `flush`. The file is
 * made by the first of them, so a run that ends before has touched nothing. A run that is resumed goes on after the lines
 * that it had at its checkpoint.
 */
export class MetricsLog {
  readonly #path: string;
  #file: FileHandle | undefined;
  #pending = "";

  constructor(folder: string) {
    this.#path = join(folder, metricsName);
  }

  /** Begins with lines of the run so far, instead of those in the file. */
  resume(lines: string): void {
    this.#pending = lines;
  }

  add(entry: Readonly<Record<string, unknown>>): void {
    this.#pending += `${JSON.stringify(entry)}\n`;
  }

  async flush(): Promise<void> {
    const text = this.#pending;
    this.#pending = "";
    try {
      this.#file ??= await open(this.#path, "w");
      await this.#file.appendFile(text);
      await this.#file.sync();
    } catch (error) {
      throw new UnavailableError(`Cannot write the run's log ${this.#path}: ${(error as Error).message}.`);
    }
  }

  async close(): Promise<void> {
    if (!this.#file) return;
    await this.flush();
    await this.#file.close();
  }
}
