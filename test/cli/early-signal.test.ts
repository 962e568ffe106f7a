import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

const interrupt = new URL("../../dist/app/cli/interrupt.js", import.meta.url).href;

test.each([
  ["SIGHUP", 129],
  ["SIGINT", 130],
  ["SIGTERM", 143],
])("%s that arrives while the listeners are replaced is not lost", (name, code) => {
  const program = `
    import { listenToSignals } from ${JSON.stringify(interrupt)};
    process.on("${name}", () => process.exit(1));
    process.kill(process.pid, "${name}");
    listenToSignals();
    setTimeout(() => process.exit(0), 2000);`;
  const args = ["--input-type=module", "-e", program];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: code, stderr: `relata: Stopped by ${name}. Nothing was done yet.\n` });
});
