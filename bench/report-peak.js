// Loaded before a program (`node --import`): tells the highest memory of its process on stderr's last line.
import { isMainThread } from "node:worker_threads";
import { peakMemory } from "./peak-memory.js";

if (isMainThread) {
  process.on("exit", () => {
    process.stderr.write(`\n${JSON.stringify({ peakMemory: peakMemory() })}\n`);
  });
}
