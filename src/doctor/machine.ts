import type { CpuFacts } from "./cpu.ts";
import type { FolderFacts, MemoryFacts } from "./places.ts";
import type { RuntimeFacts } from "./runtime.ts";

/** All that decides whether Relata runs on a machine, and how fast. */
export interface Machine {
  readonly relata: string;
  readonly node: { readonly version: string; readonly path: string; readonly platform: string };
  readonly runtime: RuntimeFacts;
  readonly cpu: CpuFacts;
  readonly memory: MemoryFacts;
  /** The cache of models, shared with Python. */
  readonly cache: FolderFacts | { readonly problem: string };
  readonly temporary: FolderFacts;
  /** The current folder, in which models are written. */
  readonly current: FolderFacts;
}
