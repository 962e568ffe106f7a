#!/usr/bin/env node
// Runs the built command line; in a checkout that is not built yet, or whose sources are newer, it builds first.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);
const at = (path) => fileURLToPath(new URL(path, root));
const fail = (message) => {
  process.stderr.write(`relata: ${message}\n`);
  process.exit(69);
};

if (existsSync(at("src/app/cli/main.ts"))) {
  const { buildIfStale, isInstalled } = await import("../scripts/build-if-stale.js");
  if (!isInstalled()) fail("this checkout has no dependencies yet. Run `npm start` or `npm ci` in it once.");
  if (!buildIfStale()) fail("this checkout does not compile; the messages above say where. Run `npm run types`.");
}
const { main } = await import("../dist/app/cli/main.js");
await main(process.argv.slice(2));
