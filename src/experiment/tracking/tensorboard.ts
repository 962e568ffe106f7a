import { appendFile, readdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { eventRecord, fileVersion } from "./event-record.ts";
import type { Outcome, Point, Sink } from "./sink.ts";

const prefix = "events.out.tfevents.";

/** An event file of TensorBoard in the folder of a run. The file is closed between writes, so that its folder may be moved. */
export class EventFile implements Sink {
  readonly name = "TensorBoard";
  readonly needsFolder = true;
  readonly #file: string;
  #folder: string;
  #isBegun = false;
  readonly #firstStep: number;

  /**
   * @param folder where the run writes
   * @param resumed the step that the run goes on from; its earlier event files stay then
   */
  constructor(folder: string, resumed: number | undefined, now = Date.now()) {
    this.#folder = folder;
    this.#firstStep = resumed === undefined ? 0 : resumed + 1;
    this.#file = `${prefix}${Math.floor(now / 1000)}.${hostname()}.${process.pid}.0`;
  }

  async write(points: readonly Point[]): Promise<void> {
    const records = points.map(({ step, time, values }) =>
      eventRecord({ wallTime: time / 1000, step, scalars: values }),
    );
    if (!this.#isBegun) {
      const wallTime = (points[0]?.time ?? Date.now()) / 1000;
      records.unshift(
        eventRecord({ wallTime, fileVersion }),
        eventRecord({ wallTime, step: this.#firstStep, isStart: true }),
      );
      await this.#removeOthers();
    }
    await appendFile(join(this.#folder, this.#file), Buffer.concat(records));
    this.#isBegun = true;
  }

  async end({ folder }: Outcome, points: readonly Point[]): Promise<void> {
    this.#folder = folder ?? this.#folder;
    if (points.length > 0) await this.write(points);
    // The model that was replaced may have had event files.
    if (this.#isBegun) await this.#removeOthers();
  }

  async #removeOthers(): Promise<void> {
    if (this.#firstStep > 0) return;
    for (const name of await readdir(this.#folder))
      if (name.startsWith(prefix) && name !== this.#file) await rm(join(this.#folder, name));
  }
}
