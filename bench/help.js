// CPU time, user and system, of `relata --help`, beside that of a program that does nothing, in turns:
//     npm run bench -- help [--runs 3]
// A run is five of each. Exit code 1 if the median of the help is over 150 ms.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { median } from "./statistics.js";

const at = (name) => fileURLToPath(new URL(name, import.meta.url));
const maxMilliseconds = 150;
const turnsPerRun = 5;
const programs = { "relata --help": [at("../bin/relata.js"), "--help"], "node -e 0": ["-e", "0"] };

export const title = "what the help costs";
export const subject = "process";

export async function run({ runs }) {
  const measured = Object.keys(programs).map((name) => ({ name, results: [] }));
  for (let turn = 0; turn <= runs * turnsPerRun; turn++) {
    for (const { name, results } of measured) {
      const result = await cost(programs[name]);
      // The first run fills the disk caches.
      if (turn > 0) results.push(result);
    }
  }
  return measured;
}

function cost(args) {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(process.execPath, ["--require", at("report-cpu.cjs"), ...args], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let stderr = "";
    child.stderr.on("data", (text) => (stderr += text));
    child.on("error", reject);
    child.on("close", (code) => {
      const wall = performance.now() - start;
      if (code !== 0) return reject(new Error(`node ${args.join(" ")} ended with exit code ${code}: ${stderr}`));
      const { cpuSeconds } = JSON.parse(stderr.trim().split("\n").at(-1));
      resolve({ "CPU ms": cpuSeconds * 1000, ms: wall });
    });
  });
}

export function failures([{ name, results }]) {
  const cpu = median(results.map((result) => result["CPU ms"]));
  return cpu <= maxMilliseconds ? [] : [`${name} takes ${cpu.toFixed(0)} ms of CPU, over ${maxMilliseconds} ms`];
}
