// Runs a script in a process of its own that reports its current case, and ends it if a case takes too long.
import { fork } from "node:child_process";

/**
 * Runs one batch of cases. The worker sends `{ started: <case> }` before each case and at the end its result with
 * `rssMiB`.
 * @returns {Promise<object>} its result, or `{ finding, at }` if it crashed, hung for `slowMs`, or used more than
 * `maxRssMiB`
 */
export function watchedWorker(script, args, { execArgv, slowMs, maxRssMiB, first }) {
  return new Promise((resolve) => {
    const child = fork(script, args.map(String), { execArgv, stdio: ["ignore", "ignore", "pipe", "ipc"] });
    let at = first;
    let result;
    let errors = "";
    let watch;
    const rearm = () => {
      clearTimeout(watch);
      watch = setTimeout(() => child.kill("SIGKILL"), slowMs);
    };
    rearm();
    child.stderr.on("data", (text) => (errors += text));
    child.on("message", (message) => {
      rearm();
      if ("started" in message) at = message.started;
      else result = message;
    });
    child.on("close", (code, signal) => {
      clearTimeout(watch);
      if (result && result.rssMiB > maxRssMiB) resolve({ finding: `${result.rssMiB.toFixed(0)} MiB of memory`, at });
      else if (result && code === 0) resolve(result);
      else resolve({ finding: signal === "SIGKILL" ? "it hung" : `exit code ${code}: ${errors.slice(0, 900)}`, at });
    });
  });
}
