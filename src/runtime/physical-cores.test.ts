import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
import { physicalCores } from "./physical-cores.ts";

/** A system with these CPUs allowed, of which 2n and 2n + 1 share a core. */
const system = (allowed: string) => (path: string) => {
  if (path === "/proc/self/status") return `Name:\tnode\nCpus_allowed_list:\t${allowed}\nMems_allowed_list:\t0\n`;
  const core = Math.floor(Number(/cpu(\d+)\//.exec(path)![1]) / 2);
  return `${2 * core},${2 * core + 1}\n`;
};

test("two threads of a core count once, and only allowed ones count", () => {
  expect(physicalCores(system("0-1"))).toBe(1);
  expect(physicalCores(system("0,2,4-5"))).toBe(Math.min(3, availableParallelism()));
});

test("where the system does not say, every thread counts", () => {
  const silent = (): string => {
    throw new Error("no such file");
  };
  expect(physicalCores(silent)).toBe(availableParallelism());
  expect(physicalCores(() => "nonsense")).toBe(availableParallelism());
});
