import { spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";

const processes = [];

/** Starts a program; `said` is what it has printed so far, `code` its exit code once it has ended. */
export function start(command, args, env) {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const one = { child, said: "" };
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (part) => (one.said += part));
  child.once("exit", (code) => (one.code = code));
  processes.push(one);
  return one;
}

/** Waits until a function returns something true, which it returns. */
export async function until(holds, what, seconds = 1200) {
  for (const end = Date.now() + seconds * 1000; ; await pause(500)) {
    const value = await holds();
    if (value) return value;
    if (Date.now() > end) throw new Error(`${what} did not come within ${seconds} s`);
  }
}

export async function endAll() {
  for (const { child } of processes) child.kill("SIGTERM");
  await pause(2000);
  for (const { child } of processes) child.kill("SIGKILL");
}
