// The first step of `npm start` and `npm test`: installs the packages of package-lock.json, if need be, and builds.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildIfStale, isInstalled } from "./build-if-stale.js";

const root = fileURLToPath(new URL("../", import.meta.url));
const installedLock = `${root}node_modules/.package-lock.json`;
const isCurrent =
  isInstalled() &&
  existsSync(installedLock) &&
  statSync(installedLock).mtimeMs >= statSync(`${root}package-lock.json`).mtimeMs;

if (!isCurrent) {
  process.stderr.write("Installing dependencies (npm ci) …\n");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const { status } = spawnSync(npm, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (status !== 0) process.exit(status ?? 1);
}
if (!existsSync(`${root}dist/app/cli/main.js`))
  process.stderr.write("Building (some seconds, a minute on a busy machine) …\n");
if (!buildIfStale()) process.exit(1);
