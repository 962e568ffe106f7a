// Programs that a bench has at work, in turns, each in a process of its own, so that its memory is its own as well. Each
// answers a line of JSON with a line of JSON, which has the `seconds` of the work alone: reading the request and making
// tensors of it are not in them. What they can be asked is told at the top of reference/rival.py, and what Relata can be
// asked beside that in relata-contestant.js.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { python } from "./reference/python.js";

const at = (name) => fileURLToPath(new URL(name, import.meta.url));
const keptStderr = 2000;

/** Relata as it was built into the folder `dist`. */
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
  // Writing to a process that has ended: `ended` tells why.
  child.stdin.on("error", () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    name,
    /** @throws Error telling what it could not do, and its last words */
    async ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const { value: line } = await lines.next();
      if (line === undefined)
        throw new Error(`${name}, asked to ${request.do}, ${await ended}: ${stderr.trim() || "it said nothing"}`);
      const answer = JSON.parse(line);
      if (answer.error !== undefined) throw new Error(`${name} could not ${request.do}: ${answer.error}`);
      return answer;
    },
    /** Resolves when its memory is free again. */
    async end() {
      child.stdin.end();
      await ended;
    },
  };
}

/** Gives `work` the contestants, and ends them whatever comes of it. */
export async function withContestants(contestants, work) {
  try {
    return await work(...contestants);
  } finally {
    await Promise.all(contestants.map((contestant) => contestant.end()));
  }
}
