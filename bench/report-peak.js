// Loaded before a program (`node --import`): tells the highest memory of its process on stderr's last line.
import { isMainThread } from "node:worker_threads";

if (isMainThread) {
  process.on("exit", () => {
    process.stderr.write(`\n${JSON.stringify({ peakMemory: process.resourceUsage().maxRSS * 1024 })}\n`);
  });
}
