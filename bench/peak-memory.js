import { readFileSync } from "node:fs";

/**
 * The highest memory of this process so far, in bytes. Not `maxRSS` where Linux tells better: a process starts with the
 * maxRSS of the one that started it, so a small one that a large one started would look large.
 */
export function peakMemory() {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))[1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}
