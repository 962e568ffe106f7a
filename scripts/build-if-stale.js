import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));

/** Whether `npm ci` has run in this checkout and installed everything that building needs. */
export const isInstalled = () => existsSync(join(root, "node_modules/typescript/package.json"));

/** The time of the last change to a folder's sources, without tests, which are not built. */
function newest(folder) {
  let time = 0;
  // Node's own recursion takes twice to five times as long, and every start of the program waits for it.
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) time = Math.max(time, newest(path));
    else if (/\.(?:tsx?|css|html)$/.test(path) && !path.endsWith(".test.ts"))
      time = Math.max(time, statSync(path).mtimeMs);
  }
  return time;
}

/** Compiles src to dist, and bundles its page, if any source is newer than the last build. Returns false if a source cannot be read as TypeScript. */
export function buildIfStale() {
  const stamp = join(root, "dist/.tsbuildinfo");
  const sources = Math.max(newest(join(root, "src")), statSync(join(root, "tsconfig.build.json")).mtimeMs);
  if (
    existsSync(stamp) &&
    existsSync(join(root, "dist/app/cli/main.js")) &&
    existsSync(join(root, "dist/page/index.html")) &&
    statSync(stamp).mtimeMs >= sources
  )
    return true;
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  // Compiler messages go to stderr: stdout is for results. Types are not checked: that is the work of `npm run types`, and
  // `npm start` would need twice the time and memory for it.
  const { status } = spawnSync(process.execPath, [tsc, "-p", join(root, "tsconfig.build.json"), "--noCheck"], {
    stdio: ["ignore", 2, 2],
    // The compiler does not start in a folder that was deleted.
    cwd: root,
  });
  if (status !== 0) return false;
  const page = spawnSync(process.execPath, [join(root, "scripts/build-page.js")], {
    stdio: ["ignore", 2, 2],
    cwd: root,
  });
  if (page.status !== 0) return false;
  // The compiler leaves the stamp alone if its output does not change, and would then run again every time. The stamp
  // gets the time of the newest source that was compiled; a source that changed meanwhile is newer still.
  const then = new Date(Math.ceil(sources));
  utimesSync(stamp, then, then);
  return true;
}
