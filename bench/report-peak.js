// Loaded before a program (`node --import`): reports the highest memory of its process as the last line of stderr.
import { isMainThread } from "node:worker_threads";
import { peakMemory } from "./peak-memory.js";

if (isMainThread) {
  process.on("exit", () => {
    process.stderr.write(`\n${JSON.stringify({ peakMemory: peakMemory() })}\n`);
  });
}
