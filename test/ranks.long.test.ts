// Ranks in full: 50 steps of luke-mini, every encoder, and processes that are killed or held up.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { familyFolder, models } from "./support/encoder-families.ts";
import { largestDifference, lastWeights, trainByRanks } from "./support/ranks.ts";
import { data, place, small } from "./support/resumed-runs.ts";
import { relataProcess } from "./support/run-cli.ts";

const lukeMini = { model: "luke-mini", vocabSize: 300, batchSize: 8, threads: 1, saveTotalLimit: 1 } as const;
const fifty = { ...lukeMini, minSteps: 50, maxSteps: 50, evalSteps: 25 };
const bytes = (folder: string, step: number): Buffer =>
  readFileSync(join(folder, `checkpoint-${step}`, "model.safetensors"));

describe("50 steps of luke-mini with dropout by 1, 2 and 4 ranks", () => {
  test("give weights within 1e-6", async () => {
    for (const size of [1, 2, 4]) await trainByRanks(size, data, { ...fifty, output: place.path(`fifty-${size}`) });
    const one = await lastWeights(place.path("fifty-1"));
    for (const size of [2, 4]) {
      const found = largestDifference(one, await lastWeights(place.path(`fifty-${size}`)));
      console.log(`largest difference of a weight, ${size} ranks against 1, after 50 steps: ${found}`);
      expect(found).toBeLessThan(1e-6);
    }
  });

  test("give the same bytes with four micro-batches", async () => {
    for (const size of [1, 2, 4]) {
      const output = place.path(`parts-${size}`);
      await trainByRanks(size, data, { ...fifty, gradientAccumulationSteps: 4, output });
      expect(bytes(output, 50).equals(bytes(place.path("parts-1"), 50))).toBe(true);
    }
  });
});

const few = { ...small, learningRate: 1e-4, minSteps: 4, maxSteps: 4, evalSteps: 4 };
const families = ["bert", "roberta", ...models.map(({ name }) => name)];
test.each([...new Set(families)])("%s: the masks of a batch are shared out with its examples", async (name) => {
  const settings = { ...few, model: familyFolder(name) };
  for (const encoding of ["pair", "document"] as const) {
    const [one, three] = [1, 3].map((size) => place.path(`${name}-${encoding}-${size}`)) as [string, string];
    const batchSize = encoding === "pair" ? 8 : 2;
    await trainByRanks(1, data, { ...settings, encoding, batchSize, output: one });
    await trainByRanks(3, data, { ...settings, encoding, batchSize, output: three });
    expect(largestDifference(await lastWeights(one), await lastWeights(three)), encoding).toBeLessThan(1e-6);
  }
});

test.each(["entities", "both"] as const)("the task %s is shared out too", async (task) => {
  const [one, two] = [1, 2].map((size) => place.path(`${task}-${size}`)) as [string, string];
  const settings = { ...few, model: familyFolder("bert"), task, batchSize: 4 };
  await trainByRanks(1, data, { ...settings, output: one });
  await trainByRanks(2, data, { ...settings, output: two });
  expect(largestDifference(await lastWeights(one), await lastWeights(two))).toBeLessThan(1e-6);
});

/** The processes of ranks that were started below a process. */
function ranksOf(parent: number): number[] {
  const lines = execFileSync("ps", ["-eo", "pid,ppid,args"], { encoding: "utf8" }).split("\n");
  return lines.flatMap((line) => {
    const [, pid, ppid, args] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return Number(ppid) === parent && args!.includes("rank-process") ? [Number(pid)] : [];
  });
}

describe("relata train --nproc-per-node 2", () => {
  const fixed =
    "--model luke-mini --vocab-size 300 --batch-size 8 --threads 1 --min-steps 60 --max-steps 60 --eval-steps 30 " +
    "--save-steps 5 --save-total-limit 20 --gradient-accumulation-steps 2 --nproc-per-node 2";
  const flags = (output: string, ...more: readonly string[]): string[] => [
    "train",
    data,
    ...fixed.split(" "),
    "--output",
    output,
    ...more,
  ];

  test.each([
    ["SIGKILL", "killed", /rank 1 of 2 \(process \d+\) was killed by SIGKILL/],
    ["SIGSTOP", "held up", /rank 1 of 2 \(process \d+ on .*\) was silent for 5 seconds \(--rank-timeout\)/],
  ] as const)(
    "a rank that %s reaches ends the run, which goes on to the bytes of one that is not",
    async (signal, name, said) => {
      const output = place.path(name);
      const lost = await lose(flags(output, "--rank-timeout", "5"), output, signal);
      expect(lost).toMatchObject({ code: 75, stderr: expect.stringMatching(said) });
      expect(lost.stderr).toMatch(/Checkpoint: .*checkpoint-\d+\nTo go on from there: .*--resume/);
      expect(readdirSync(output).some((file) => /^checkpoint-\d+$/.test(file))).toBe(true);
      const { code, stderr } = await relataProcess(flags(output, "--resume"));
      expect(stderr).toMatch(/Going on from step \d+/);
      expect(code).toBe(0);
      const whole = place.path("whole");
      if (!readdirSync(place.folder).includes("whole")) await relataProcess(flags(whole));
      expect(bytes(output, 60).equals(bytes(whole, 60))).toBe(true);
    },
  );

  test("leaves no process if rank 0 is killed", async () => {
    const killing = new AbortController();
    const output = place.path("rootless");
    let ranks: number[] = [];
    const kill = async (pid: number): Promise<void> => {
      ranks = await seen(pid, output);
      killing.abort();
    };
    await relataProcess(flags(output), { killOn: killing.signal, onStart: (pid) => void kill(pid) });
    expect(ranks.length).toBe(1);
    await expect.poll(() => ranks.filter(isThere), { timeout: 10_000 }).toEqual([]);
  });
});

/** Runs a training into a folder and sends a signal to its second rank after some steps. */
async function lose(args: readonly string[], output: string, signal: NodeJS.Signals): ReturnType<typeof relataProcess> {
  let victim: number | undefined;
  const result = await relataProcess(args, {
    onStart: (pid) => void seen(pid, output).then(([first]) => process.kill((victim = first!), signal)),
  });
  await expect.poll(() => victim === undefined || isThere(victim), { timeout: 10_000 }).toBe(false);
  return result;
}

/** Waits until the run of a command has written a checkpoint; returns the processes of its other ranks. */
async function seen(parent: number, output: string): Promise<number[]> {
  while (!existsSync(join(output, "checkpoint-5"))) await pause(50);
  return ranksOf(parent);
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
