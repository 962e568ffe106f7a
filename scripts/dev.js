// `npm run dev`: type-checks and runs the tests that a change reaches, after every change.
// `npm run dev -- predict FOLDER …`: runs this command instead, anew after every change; it builds first.
import { spawn } from "node:child_process";
import { watch } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const args = process.argv.slice(2);
const start = (script, ...rest) => spawn(process.execPath, [script, ...rest], { cwd: root, stdio: "inherit" });

if (args.length === 0) {
  const children = [
    start("node_modules/typescript/bin/tsc", "-p", "tsconfig.json", "--watch", "--preserveWatchOutput"),
    start("node_modules/vitest/vitest.mjs", "watch", "--changed"),
  ];
  // If the user quits one, the other ends too.
  for (const child of children) child.on("exit", () => children.forEach((other) => other.kill()));
} else {
  let running;
  let timer;
  const run = () => {
    running?.kill();
    process.stderr.write(`\n$ npx relata ${args.join(" ")}\n`);
    running = start("bin/relata.js", ...args);
  };
  run();
  // An editor that saves several files, or one file in parts, causes several events, so they are collected.
  watch(`${root}src`, { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(run, 200);
  });
}
