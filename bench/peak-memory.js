import { readFileSync } from "node:fs";

/**
 * The highest memory of this process so far, in bytes. On Linux it is not `maxRSS`, which a process inherits from the
 * one that started it: a small one started by a large one would look large.
 */
export function peakMemory() {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))[1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}
