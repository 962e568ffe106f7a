import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/**
 * The number of physical cores that this process may use: of the two threads that share a core, one counts. Where the
 * system does not say which these are, the number of threads that may run at once.
 */
export function physicalCores(read: (path: string) => string = (path) => readFileSync(path, "utf8")): number {
  const most = availableParallelism();
  try {
    const allowed = /^Cpus_allowed_list:\s*(\S+)$/m.exec(read("/proc/self/status"))![1]!;
    const siblings = cpusIn(allowed).map((cpu) =>
      read(`/sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`).trim(),
    );
    return Math.max(1, Math.min(most, new Set(siblings).size));
  } catch {
    return most;
  }
}

/** The numbers of `0-3,8,10-11`. */
const cpusIn = (list: string): number[] =>
  list.split(",").flatMap((range) => {
    const [first, last = first] = range.split("-").map(Number) as [number, number?];
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
