// Several runs in one folder belong to one command: another process that comes meanwhile is refused.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { afterAll, expect, test, vi } from "vitest";
import { parseJsonLines, quick, relata, relataProcess, Workplace } from "./support/run-cli.ts";

const place = new Workplace();
const data = place.examples("annotations.jsonlines", 14);
const space = place.path("space.yaml");
writeFileSync(space, "dropout: { choice: [0, 0.1, 0.2] }\n");
afterAll(() => place.remove());

/** Starts a command and halts its process while it holds the folder. */
async function halted(command: readonly string[], output: string) {
  const ending = new AbortController();
  let pid = 0;
  const ended = relataProcess(command, { onStart: (number) => (pid = number), killOn: ending.signal });
  const locked = vi.waitUntil(() => existsSync(`${output}/.relata.lock`), { timeout: 60_000, interval: 5 });
  const early = await Promise.race([locked, ended]);
  if (early !== true) throw new Error(`The command ended before it held the folder:\n${early.stderr}`);
  process.kill(pid, "SIGSTOP");
  return { pid, ended, ending };
}

test("a second command for the runs of a folder is refused with the process of the first, whose ledger stays whole", async () => {
  const output = place.path("seeds");
  const command = ["train", data, ...quick, "--seeds", "2", "--output", output];
  const { pid, ended } = await halted(command, output);
  try {
    // Whatever it asks for: more seeds, or to begin anew.
    for (const more of [["--seeds", "3"], ["--overwrite"]]) {
      const { code, stderr } = await relata([...command, ...more]);
      expect(code).toBe(64);
      expect(stderr).toContain(`Another run writes to ${output}: process ${pid} on ${hostname()}, since 2`);
    }
  } finally {
    process.kill(pid, "SIGCONT");
  }
  const { code, stderr } = await ended;
  expect(code, stderr).toBe(0);
  const [, ...runs] = parseJsonLines<{ seed: number }>(readFileSync(`${output}/runs.jsonl`, "utf8"));
  expect(runs).toHaveLength(2);
  expect(readdirSync(output).sort()).toEqual(["model", "runs.json", "runs.jsonl"]);
});

test("so is one for a sweep; once the first is dead, it goes on", async () => {
  const output = place.path("sweep");
  const command = ["train", data, ...quick, "--sweep", space, "--trials", "2", "--output", output];
  const split = ["--test-size", "0.2", "--validation-size", "0.2"];
  const { pid, ended, ending } = await halted([...command, ...split], output);
  const refused = await relata([...command, ...split]);
  ending.abort();
  expect([refused.code, (await ended).endedBy]).toEqual([64, "SIGKILL"]);
  expect(refused.stderr).toContain(`process ${pid} on ${hostname()}`);
  expect((await relata([...command, ...split])).code).toBe(0);
  expect(readdirSync(output).sort()).toEqual(["best.yaml", "model", "sweep.json", "trials.jsonl"]);
});

test.for([
  ["--seeds 2 --lora-rank 4", "runs.jsonl"],
  [`--sweep ${space} --trials 2 --model ${place.path("")}`, "trials.jsonl"],
  ["--points 5000", "curve.jsonl"],
] as const)("what failed before its first run was finished binds nobody: %s", async ([flags, ledger], { task }) => {
  const output = place.path(`failed-${task.id}`);
  const verb = ledger === "curve.jsonl" ? "curve" : "train";
  const failed = await relata([verb, data, ...quick, ...flags.split(" "), "--output", output]);
  expect(failed.code, failed.stderr).not.toBe(0);
  expect(readdirSync(output)).toEqual([]);
});

test("a ledger with its first line alone is begun anew by a command with other settings", async () => {
  const output = place.path("header");
  mkdirSync(output);
  writeFileSync(`${output}/runs.jsonl`, '{"relata":"0.0.1","data":[],"model":"nonsense/nowhere"}\n');
  const { code, stderr } = await relata(["train", data, ...quick, "--seeds", "2", "--output", output]);
  expect(code, stderr).toBe(0);
});
