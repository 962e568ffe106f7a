import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { Placement } from "../device.ts";
import { ProfileFolder } from "../profile.ts";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** A profile that is being written. */
export interface RunningProfile {
  readonly prefix: string;
  readonly folder: string;
  remove(): Promise<void>;
}

/** Reads from profiles on which provider each node of a session ran. */
export class Placements {
  #onDevice = 0;
  readonly #onCpu = new Map<string, number>();

  /** Makes the place of a profile. */
  async begin(): Promise<RunningProfile> {
    const { path, prefix } = await ProfileFolder.create();
    return { prefix, folder: path, remove: () => rm(path, { recursive: true, force: true }) };
  }

  get placement(): Placement {
    return { onDevice: this.#onDevice, onCpu: Object.fromEntries(this.#onCpu) };
  }

  /** Counts the nodes of a profile that has ended, and removes it. */
  async add(profile: RunningProfile): Promise<void> {
    try {
      const seen = new Set<string>();
      for (const name of await readdir(profile.folder)) {
        const lines = createInterface({ input: createReadStream(join(profile.folder, name)) });
        for await (const line of lines) this.#count(line, seen);
      }
    } finally {
      await profile.remove();
    }
  }

  #count(line: string, seen: Set<string>): void {
    const node = /"name" ?:"(.*)_kernel_time"/.exec(line)?.[1];
    const op = /"op_name" ?: ?"([^"]*)"/.exec(line)?.[1];
    const provider = /"provider" ?: ?"([^"]*)"/.exec(line)?.[1];
    if (node === undefined || op === undefined || seen.has(node)) return;
    seen.add(node);
    if (provider === "CPUExecutionProvider") this.#onCpu.set(op, (this.#onCpu.get(op) ?? 0) + 1);
    else this.#onDevice++;
  }
}
