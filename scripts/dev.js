// `npm run dev`: type-checks and runs the tests that a change reaches, after every change.
// `npm run dev -- predict FOLDER …`: runs this command instead, anew after every change; it builds first.
import { spawn } from "node:child_process";
import { watch } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const args = process.argv.slice(2);
const start = (script, rest, options = { stdio: "inherit" }) =>
  spawn(process.execPath, [script, ...rest], { cwd: root, ...options });

if (args.length === 0) {
  const hasGroups = process.platform !== "win32";
  const tsc = start("node_modules/typescript/bin/tsc", ["-p", "tsconfig.json", "--watch", "--preserveWatchOutput"], {
    stdio: ["ignore", "inherit", "inherit"],
    detached: hasGroups,
  });
  // The keyboard is vitest's alone.
  const vitest = start("node_modules/vitest/vitest.mjs", ["watch", "--changed"]);
  let isEnding = false;
  // tsc is a script that starts the compiler as a process of its own, which outlives the script. It writes no files, so
  // that its whole group may be killed.
  const end = () => {
    if (isEnding) return;
    isEnding = true;
    vitest.kill();
    try {
      if (hasGroups) process.kill(-tsc.pid, "SIGKILL");
      else tsc.kill();
    } catch {
      // It has ended already.
    }
  };
  // If the user quits one, the other ends too.
  for (const child of [tsc, vitest]) child.on("exit", end);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, end);
} else {
  let running;
  let timer;
  const run = () => {
    running?.kill();
    process.stderr.write(`\n$ npx relata ${args.join(" ")}\n`);
    running = start("bin/relata.js", args);
  };
  run();
  // An editor that saves several files, or one file in parts, causes several events, so they are collected.
  watch(`${root}src`, { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(run, 200);
  });
}
