import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL("../", import.meta.url));

/** One training of luke-mini on the bundled example in a process of its own, by the release in the folder `root`. */
export function trainOnce(threads, { root = here, steps = 200 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "relata-bench-"));
  const flags = [
    "--negatives-per-positive",
    "3",
    "--max-steps",
    steps,
    "--eval-steps",
    steps,
    "--threads",
    threads,
    "--overwrite",
    "--json",
  ];
  const { stdout, status } = spawnSync(
    process.execPath,
    ["bin/relata.js", "train", "examples/annotations.jsonlines", "--output", folder, ...flags.map(String)],
    { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
  );
  if (status !== 0) throw new Error(`training ended with exit code ${status}`);
  const marks = readFileSync(join(folder, "metrics.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map(JSON.parse)
    .filter(({ type }) => type === "step");
  rmSync(folder, { recursive: true, force: true });
  // The first steps warm caches and the memory arena up.
  const [from, to] = [marks[20], marks.at(-1)];
  const pairs = marks.slice(21).reduce((sum, { examples }) => sum + examples, 0);
  const seconds = to.seconds - from.seconds;
  return {
    stepsPerSecond: (to.step - from.step) / seconds,
    pairsPerSecond: pairs / seconds,
    peakMiB: JSON.parse(stdout).peakMemory / 2 ** 20,
  };
}

export const title = "luke-mini on the bundled example";
export const subject = "threads";

/** Training speed with one and two threads, in turns. */
export function run({ runs = 3 }) {
  const measured = { 1: [], 2: [] };
  for (let i = 0; i < runs; i++) for (const threads of [1, 2]) measured[threads].push(trainOnce(threads));
  return Object.entries(measured).map(([name, results]) => ({ name, results }));
}
