#!/usr/bin/env node
// Runs the built command line; in a checkout that is not built yet, or whose sources are newer, it builds first.
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);
const at = (path) => fileURLToPath(new URL(path, root));
const fail = (message, code = 69) => {
  process.stderr.write(`relata: ${message}\n`);
  process.exit(code);
};

// Until the command line listens to signals itself, and takes these listeners' place.
const signals = ["SIGHUP", "SIGINT", "SIGTERM"];
const stop = (name) => fail(`Stopped by ${name}. Nothing was done yet.`, 128 + constants.signals[name]);
for (const name of signals) process.on(name, stop);

if (existsSync(at("src/app/cli/main.ts"))) {
  const { buildIfStale, isInstalled } = await import("../scripts/build-if-stale.js");
  if (!isInstalled()) fail("this checkout has no dependencies yet. Run `npm start` or `npm ci` in it once.");
  if (!buildIfStale()) fail("this checkout does not compile; the messages above say where. Run `npm run types`.");
}
const { main } = await import("../dist/app/cli/main.js");
await main(process.argv.slice(2));
