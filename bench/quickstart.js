// Steps and pairs a second of `relata train` on the bundled example, and the highest memory, with one thread and with two:
//     npm run bench -- quickstart [--runs 3]
// luke-mini from random weights for 200 steps, in turns, each time in a process of its own.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { relataTrain } from "./relata-train.js";
import { sum } from "./statistics.js";

const example = "examples/annotations.jsonlines";
/** The number of first steps that are not counted: they warm up caches and the memory arena. */
const uncounted = 21;

/** Trains once with the release in the folder `root`; if absent, with that of this file. */
export function trainOnce(threads, { root, steps = 200 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "relata-bench-"));
  try {
    const size = ["--model", "luke-mini", "--negatives-per-positive", 3, "--max-steps", steps, "--eval-steps", steps];
    const flags = [...size, "--threads", threads, "--overwrite"];
    const { steps: log, peakMemory } = relataTrain(example, folder, flags, { root, stderr: "ignore" });
    const counted = log.slice(uncounted);
    const seconds = log.at(-1).seconds - log[uncounted - 1].seconds;
    return {
      stepsPerSecond: counted.length / seconds,
      pairsPerSecond: sum(counted.map(({ examples }) => examples)) / seconds,
      peakMiB: peakMemory / 2 ** 20,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const title = "luke-mini on the bundled example";
export const subject = "threads";

export function run({ runs = 3 }) {
  const measured = { 1: [], 2: [] };
  for (let i = 0; i < runs; i++) for (const threads of [1, 2]) measured[threads].push(trainOnce(threads));
  return Object.entries(measured).map(([name, results]) => ({ name, results }));
}
