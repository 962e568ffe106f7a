// Time and memory of a run as `relata train --dry-run` says them, beside those that it takes: luke-mini on the bundled example, and a
// model of luke-base's size for 20 steps of 16 pairs of its first documents.
//     npm run bench -- estimate [FOLDER] [--runs 3] [--threads 2] [--documents 60] [--only luke-mini]
// Plan and run take turns, each in a process of its own. Exit code 1 if the time is beyond a factor of 1.5.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "./statistics.js";

const root = fileURLToPath(new URL("../", import.meta.url));
const example = join(root, "examples/annotations.jsonlines");
const most = 1.5;

export const title = "time and memory of a run, estimated and taken";
export const subject = "model";

export function run({ folder, runs = 3, threads = 2, documents = 60, only }) {
  const temporary = mkdtempSync(join(tmpdir(), "relata-bench-"));
  try {
    const part = join(temporary, "part.jsonlines");
    const lines = readFileSync(example, "utf8").trimEnd().split("\n").slice(0, documents);
    writeFileSync(part, `${lines.join("\n")}\n`);
    const base = ["--model", folder, "--batch-size", 16, "--max-steps", 20, "--eval-steps", 20];
    const measured = {
      "luke-mini": [example, "--model", "luke-mini", "--negatives-per-positive", 3, "--max-steps", 400],
      "luke-base size": [part, ...base, "--negatives-per-positive", 1],
    };
    const wanted = Object.entries(measured).filter(([name]) => only === undefined || name === only);
    const rows = wanted.map(([name]) => ({ name, results: [] }));
    for (let i = 0; i < runs; i++)
      for (const [k, [, flags]] of wanted.entries())
        rows[k].results.push(
          compared([...flags, "--threads", threads, "--output", join(temporary, "model"), "--overwrite"]),
        );
    return rows;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function compared(flags) {
  const plan = relataTrain([...flags, "--dry-run"]).estimate;
  const { seconds, peakMemory } = relataTrain(flags);
  return {
    estimatedSeconds: plan.seconds,
    seconds,
    factor: Math.max(plan.seconds / seconds, seconds / plan.seconds),
    estimatedMB: plan.memory.peak / 1e6,
    peakMB: peakMemory / 1e6,
  };
}

function relataTrain(flags) {
  const args = ["bin/relata.js", "train", ...flags, "--json"].map(String);
  const { stdout, status } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  if (status !== 0) throw new Error(`relata ${args.slice(1).join(" ")} ended with exit code ${status}`);
  return JSON.parse(stdout);
}

export const failures = (rows) =>
  rows
    .map(({ name, results }) => ({ name, factor: median(results.map(({ factor }) => factor)) }))
    .filter(({ factor }) => factor > most)
    .map(
      ({ name, factor }) => `${name}: the estimate is off by a factor of ${factor.toFixed(2)}, and ${most} is allowed`,
    );
