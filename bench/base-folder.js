// The model of luke-base's size that benches use if no folder is given: made once, with random weights, 1.1 GB.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { python, requireTransformers } from "./reference/python.js";

const at = (name) => fileURLToPath(new URL(name, import.meta.url));
const folder = at("../runs/luke-base-size");

export function baseFolder() {
  if (existsSync(folder)) return folder;
  requireTransformers();
  process.stderr.write(`Writing a model of luke-base's size with random weights to ${folder} (once; 1.1 GB) …\n`);
  // The folder gets its name only when it is complete.
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  const { status } = spawnSync(python, [at("reference/base_checkpoint.py"), part], {
    stdio: ["ignore", 2, 2],
    env: { ...process.env, HF_HUB_OFFLINE: "1" },
  });
  if (status !== 0) throw new Error(`bench/reference/base_checkpoint.py ended with exit code ${status}`);
  renameSync(part, folder);
  return folder;
}
