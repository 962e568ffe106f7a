import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));

/** Whether `npm ci` has run in this checkout, with everything that building needs. */
export const isInstalled = () => existsSync(join(root, "node_modules/typescript/package.json"));

function newest(folder) {
  let time = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) time = Math.max(time, statSync(join(entry.parentPath ?? entry.path, entry.name)).mtimeMs);
  }
  return time;
}

/** Compiles src to dist if any source is newer than the last build. Returns false if it does not compile. */
export function buildIfStale() {
  const stamp = join(root, "dist/.tsbuildinfo");
  const sources = Math.max(newest(join(root, "src")), statSync(join(root, "tsconfig.build.json")).mtimeMs);
  if (existsSync(stamp) && existsSync(join(root, "dist/app/cli/main.js")) && statSync(stamp).mtimeMs >= sources)
    return true;
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  // Compiler messages go to stderr: stdout belongs to results.
  const { status } = spawnSync(process.execPath, [tsc, "-p", join(root, "tsconfig.build.json")], {
    stdio: ["ignore", 2, 2],
  });
  return status === 0;
}
