import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL("../", import.meta.url));

/**
 * Runs `relata train` of the release in the folder `root` in a process of its own.
 * @returns its log of each step, and its highest memory in bytes
 */
export function relataTrain(data, output, flags, { root = here, stderr = "inherit" } = {}) {
  const args = ["bin/relata.js", "train", data, "--output", output, ...flags, "--json"];
  const { stdout, status } = spawnSync(process.execPath, args.map(String), {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", stderr],
  });
  if (status !== 0) throw new Error(`relata train of ${data} ended with exit code ${status}`);
  const log = readFileSync(join(output, "metrics.jsonl"), "utf8").trimEnd().split("\n").map(JSON.parse);
  return { steps: log.filter(({ type }) => type === "step"), peakMemory: JSON.parse(stdout).peakMemory };
}
