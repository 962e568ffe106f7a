import { open, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { UnavailableError } from "../errors.ts";
import { metricsName } from "../checkpoint/file-names.ts";

/** `metrics.jsonl`: the ledger of a run, one line per step and per evaluation, safe on disk at every evaluation. */
export class MetricsLog {
  readonly #file: FileHandle;
  #pending = "";

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async create(folder: string): Promise<MetricsLog> {
    const path = join(folder, metricsName);
    try {
      return new MetricsLog(await open(path, "w"));
    } catch (error) {
      throw new UnavailableError(`Cannot write the run's log ${path}: ${(error as Error).message}.`);
    }
  }

  add(entry: Readonly<Record<string, unknown>>): void {
    this.#pending += `${JSON.stringify(entry)}\n`;
  }

  async flush(): Promise<void> {
    const text = this.#pending;
    this.#pending = "";
    if (text) await this.#file.appendFile(text);
    await this.#file.sync();
  }

  async close(): Promise<void> {
    await this.flush();
    await this.#file.close();
  }
}
