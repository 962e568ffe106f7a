import { tmpdir } from "node:os";
import { readHubSettings } from "../model/hub/settings.ts";
import { versions } from "../version.ts";
import { cpuFacts } from "./cpu.ts";
import type { Machine } from "./machine.ts";
import { folderFacts, memoryFacts } from "./places.ts";
import { findProblems, type Problem } from "./problems.ts";
import { tryRuntime } from "./runtime.ts";

/** A machine, and what is wrong with it. */
export interface Examination extends Machine {
  readonly problems: readonly Problem[];
}

/** Looks at the machine; nothing is written and no network is used. */
export async function examine(): Promise<Examination> {
  const cache = await readHubSettings().then(
    ({ cacheFolder }) => folderFacts(cacheFolder, true),
    (error: unknown) => ({ problem: (error as Error).message }),
  );
  const machine: Machine = {
    relata: versions.relata,
    node: { version: process.version, path: process.execPath, platform: `${process.platform}-${process.arch}` },
    runtime: await tryRuntime(),
    cpu: await cpuFacts(),
    memory: await memoryFacts(),
    cache,
    temporary: await folderFacts(tmpdir(), false),
    current: await folderFacts(process.cwd(), false),
  };
  return { ...machine, problems: findProblems(machine) };
}
