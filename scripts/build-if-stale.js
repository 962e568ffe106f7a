import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));

/** Whether `npm ci` has run in this checkout, with everything that building needs. */
export const isInstalled = () => existsSync(join(root, "node_modules/typescript/package.json"));

/** When the last of a folder's sources was changed; tests are not built. */
function newest(folder) {
  let time = 0;
  // Node's own recursion takes twice to five times as long, and every start of the program waits for it.
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) time = Math.max(time, newest(path));
    else if (path.endsWith(".ts") && !path.endsWith(".test.ts")) time = Math.max(time, statSync(path).mtimeMs);
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
  if (status !== 0) return false;
  // What was compiled is from then, at the latest: the compiler leaves the stamp alone where nothing comes out otherwise,
  // and would be asked again every time; what was changed while it ran is newer still.
  const then = new Date(Math.ceil(sources));
  utimesSync(stamp, then, then);
  return true;
}
