// Model folders that benches train for themselves, with relata-mini on the bundled example.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** Trains a model with these flags into the folder, anew, and returns its path. */
export function trainedFolder(output, flags) {
  const args = ["train", "examples/annotations.jsonlines", ...flags, "--output", output, "--overwrite"];
  const { status } = spawnSync(process.execPath, ["bin/relata.js", ...args], {
    cwd: at("."),
    stdio: ["ignore", "ignore", 2],
  });
  if (status !== 0) throw new Error(`relata train ended with exit code ${status}`);
  return at(output);
}

/** A classifier of single pairs of one step, which transformers opens with the same head. */
export const pairClassifier = () =>
  trainedFolder("runs/relata-mini-pair", ["--encoding", "pair", "--pair-features", "states", "--max-steps", "1"]);
