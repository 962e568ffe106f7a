import { expect, test } from "vitest";
import { parseCpuInfo } from "./cpu.ts";
import { examine } from "./examine.ts";
import type { Machine } from "./machine.ts";
import { findProblems } from "./problems.ts";

const folder = { folder: "/x", exists: true, isWritable: true, bytes: 0, free: 2 ** 40 };
const machine: Machine = {
  relata: "0.1.0",
  node: { version: "v24.0.0", path: "/node", platform: "linux-x64" },
  runtime: { version: "1.30.0", devices: ["cpu"], missing: [], seconds: 0.1 },
  cpu: {
    name: "a processor",
    architecture: "x64",
    threads: 4,
    physicalCores: 2,
    instructions: { AVX2: true, AVX512: true, VNNI: true, AMX: false, "AMX int8": false, "AMX bf16": false },
  },
  memory: { total: 2 ** 34, free: 2 ** 33, limit: undefined },
  cache: folder,
  temporary: folder,
  current: folder,
};

test("nothing is wrong with a usual machine", () => expect(findProblems(machine)).toEqual([]));

test.each<[string, Partial<Machine>, string, string]>([
  ["an old Node", { node: { ...machine.node, version: "v20.18.1" } }, "error", "20.19"],
  [
    "a runtime that does not load",
    { runtime: { version: "1", devices: [], missing: [], seconds: undefined, problem: "no such file" } },
    "error",
    "npm ci",
  ],
  ["no memory", { memory: { ...machine.memory, free: 1000 } }, "error", "0.5 GiB"],
  ["a small container", { memory: { ...machine.memory, limit: 2 ** 30 } }, "warning", "relata-mini"],
  [
    "no VNNI",
    { cpu: { ...machine.cpu, instructions: { ...machine.cpu.instructions!, VNNI: false } } },
    "warning",
    "int8",
  ],
  [
    "no AVX2",
    { cpu: { ...machine.cpu, instructions: { ...machine.cpu.instructions!, AVX2: false } } },
    "warning",
    "AVX2",
  ],
  ["a cache that cannot be written", { cache: { ...folder, isWritable: false } }, "warning", "HF_HUB_CACHE"],
  ["a full disk", { cache: { ...folder, free: 1000 } }, "warning", "another disk"],
  ["a wrong variable", { cache: { problem: "HF_ENDPOINT: expected an address." } }, "error", "HF_ENDPOINT"],
  ["no folder for temporary files", { temporary: { ...folder, isWritable: false } }, "error", "TMPDIR"],
  ["a current folder that cannot be written", { current: { ...folder, isWritable: false } }, "warning", "--output"],
])("%s is found, with advice", (_, change, severity, words) => {
  const [problem, ...others] = findProblems({ ...machine, ...change });
  expect([problem?.severity, others]).toEqual([severity, []]);
  expect(`${problem?.message} ${problem?.advice}`).toContain(words);
});

test("/proc/cpuinfo is read: of Intel, of Arm, and where it is not there", () => {
  const intel = ["0", "1", "0", "1"]
    .map((core) => `physical id\t: 0\ncore id\t\t: ${core}\nflags\t\t: fpu avx2 avx512f avx512_vnni amx_tile\n`)
    .join("\n");
  expect(parseCpuInfo(intel)).toEqual({
    physicalCores: 2,
    instructions: { AVX2: true, AVX512: true, VNNI: true, AMX: true, "AMX int8": false, "AMX bf16": false },
  });
  expect(parseCpuInfo("Features\t: fp asimd asimddp\n").instructions?.VNNI).toBe(true);
  expect(parseCpuInfo("")).toEqual({ physicalCores: undefined, instructions: undefined });
});

test("this machine is examined, and its runtime runs a graph", async () => {
  const { runtime, cpu, current } = await examine();
  expect([runtime.problem, runtime.devices.includes("cpu"), cpu.threads > 0, current.isWritable]).toEqual([
    undefined,
    true,
    true,
    true,
  ]);
});

test("a device stands among those that are there, or among the missing with what was not found", async () => {
  const { devices, missing } = (await examine()).runtime;
  const all = [...devices, ...missing.map(({ name }) => name)];
  expect(new Set(all).size).toBe(all.length);
  if (process.platform === "linux" && process.arch === "x64") expect(all.sort()).toEqual(["cpu", "cuda", "webgpu"]);
  const expected = { cuda: /provider/, webgpu: /no GPU/ } as Readonly<Record<string, RegExp>>;
  for (const { name, reason } of missing) expect(reason).toMatch(expected[name]!);
});
