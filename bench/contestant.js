// Programs that a bench runs in turns, each in a process of its own, so that its memory is its own as well. Each
// answers a line of JSON with a line of JSON, whose `seconds` are those of the work alone, without reading the request
// and making its tensors. The requests are listed at the top of reference/rival.py, and those that only Relata answers
// in relata-contestant.js.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { python } from "./reference/python.js";

const at = (name) => fileURLToPath(new URL(name, import.meta.url));
const keptStderr = 2000;

/** The contestant for the build of Relata in the folder `dist`. */
export const relata = (dist = at("../dist")) =>
  startContestant("Relata", process.execPath, [at("relata-contestant.js"), dist]);

export const transformers = () => startContestant("transformers", python, [at("reference/rival.py")]);

export function startContestant(name, command, args) {
  const child = spawn(command, args, {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, HF_HUB_OFFLINE: "1", TOKENIZERS_PARALLELISM: "false" },
  });
  let stderr = "";
  child.stderr.on("data", (text) => (stderr = (stderr + text).slice(-keptStderr)));
  const ended = new Promise((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) => resolve(`ended with ${signal ?? `exit code ${code}`}`));
  });
  // Writing to a process that has ended fails: `ended` gives the reason.
  child.stdin.on("error", () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    name,
    /** Sends a request. @throws Error with the request that failed, and the last output */
    async ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const { value: line } = await lines.next();
      if (line === undefined)
        throw new Error(`${name}, asked to ${request.do}, ${await ended}: ${stderr.trim() || "it said nothing"}`);
      const answer = JSON.parse(line);
      if (answer.error !== undefined) throw new Error(`${name} could not ${request.do}: ${answer.error}`);
      return answer;
    },
    /** Ends the process; resolves when its memory is free again. */
    async end() {
      child.stdin.end();
      await ended;
    },
  };
}

/** Runs `work` with the contestants, and ends them even if it fails. */
export async function withContestants(contestants, work) {
  try {
    return await work(...contestants);
  } finally {
    await Promise.all(contestants.map((contestant) => contestant.end()));
  }
}
