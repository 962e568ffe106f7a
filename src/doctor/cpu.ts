import { readFile } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";

/** The processor, and the instructions of it that make matrix products fast. */
export interface CpuFacts {
  readonly name: string;
  readonly architecture: string;
  /** Threads that this process may use at once. */
  readonly threads: number;
  /** Cores of the machine; undefined if the system does not say. */
  readonly physicalCores: number | undefined;
  /** Undefined if the system does not list them. */
  readonly instructions: Readonly<Record<Instruction, boolean>> | undefined;
}

/** The names of Linux in /proc/cpuinfo; VNNI is AVX-512's or AVX's, and NEON's dot products are its like on Arm. */
const flagsOf = {
  AVX2: ["avx2"],
  AVX512: ["avx512f"],
  VNNI: ["avx512_vnni", "avx_vnni", "asimddp"],
  AMX: ["amx_tile"],
  "AMX int8": ["amx_int8"],
  "AMX bf16": ["amx_bf16"],
} as const;
export type Instruction = keyof typeof flagsOf;

/** Reads the content of /proc/cpuinfo. */
export function parseCpuInfo(text: string): Pick<CpuFacts, "physicalCores" | "instructions"> {
  const values = (key: string): string[] =>
    [...text.matchAll(new RegExp(`^${key}[ \\t]*:[ \\t]*(.*)$`, "gm"))].map(([, value]) => value!);
  const [list] = [...values("flags"), ...values("Features")];
  const flags = new Set(list?.split(/\s+/));
  const packages = values("physical id");
  const cores = new Set(values("core id").map((core, i) => `${packages[i]} ${core}`));
  return {
    physicalCores: cores.size || undefined,
    instructions:
      list === undefined
        ? undefined
        : (Object.fromEntries(
            Object.entries(flagsOf).map(([name, any]) => [name, any.some((flag) => flags.has(flag))]),
          ) as Record<Instruction, boolean>),
  };
}

export async function cpuFacts(): Promise<CpuFacts> {
  const info = await readFile("/proc/cpuinfo", "utf8").catch(() => "");
  const [first] = cpus();
  return {
    name: first?.model.trim() || "unknown",
    architecture: process.arch,
    threads: availableParallelism(),
    ...parseCpuInfo(info),
  };
}
