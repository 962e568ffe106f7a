// deploy/training/ray_train.py on a Ray cluster of two nodes on this machine. Needs a Python with ray==2.58.0, named in
// RELATA_RAY_PYTHON: python3 -m venv ray && ray/bin/pip install ray==2.58.0.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { hasRay, onTwoNodes, type OnRay, type RayOutcome } from "./support/ray.ts";
import { data, place } from "./support/resumed-runs.ts";
import { relataProcess } from "./support/run-cli.ts";

// Two micro-batches, so that one rank and two add up alike.
const settings =
  "--model luke-mini --vocab-size 300 --batch-size 8 --threads 1 --min-steps 120 --max-steps 120 --eval-steps 60 " +
  "--save-steps 5 --save-total-limit 40 --gradient-accumulation-steps 2";
const passed = settings.split(" ");
const weights = (output: string): Buffer => readFileSync(join(output, "checkpoint-120", "model.safetensors"));

const train = (output: string, ranks: number, { args = [], ...how }: Partial<OnRay> = {}): Promise<RayOutcome> =>
  onTwoNodes({
    recipe: "training/ray_train.py",
    args: [data, "--output", output, "--ranks", String(ranks), ...args],
    passed,
    ...how,
  });

describe.skipIf(!hasRay)("on Ray", () => {
  const alone = place.path("alone");
  beforeAll(async () => {
    const { code, stderr } = await relataProcess(["train", data, ...passed, "--output", alone]);
    if (code !== 0) throw new Error(stderr);
  }, 300_000);

  test("two ranks give the bytes of one process, and the driver prints what rank 0 prints", async () => {
    const output = place.path("two");
    const { code, said } = await train(output, 2);
    expect(code, said).toBe(0);
    expect(said).toMatch(/2 ranks meet at .*Report with curves and mistakes/s);
    expect(weights(output).equals(weights(alone))).toBe(true);
  }, 450_000);

  test("a node is lost: the run ends with a checkpoint, and goes on with one rank to the same bytes", async () => {
    const output = place.path("lost");
    const killAfter = { count: 1, pattern: join(output, "checkpoint-*") };
    const lost = await train(output, 2, { killAfter, args: ["--rank-timeout", "20"] });
    expect(lost.code, lost.said).toBe(75);
    expect(lost.doneAtKill).toBeGreaterThan(0);
    expect(lost.said).toMatch(/Rank \d was lost: its actor or its node has ended\./);
    expect(lost.said).toMatch(/Newest checkpoint: .*checkpoint-\d+\. To go on, with any number of ranks/);
    expect(existsSync(join(output, "checkpoint-120"))).toBe(false);
    const { code, said } = await train(output, 1, { args: ["--resume"] });
    expect(code, said).toBe(0);
    expect(said).toMatch(/Going on from step \d+/);
    expect(weights(output).equals(weights(alone))).toBe(true);
  }, 450_000);

  test("with --restarts the run goes on by itself where there is still a place", async () => {
    const output = place.path("restarted");
    const killAfter = { count: 1, pattern: join(output, "checkpoint-*") };
    const { code, said } = await train(output, 2, { killAfter, args: ["--rank-timeout", "20", "--restarts", "1"] });
    expect(code, said).toBe(0);
    expect(said).toMatch(/Rank \d was lost.*Going on from the newest checkpoint; 0 more restarts are left.*Going on from step \d+/s); // prettier-ignore
    expect(weights(output).equals(weights(alone))).toBe(true);
  }, 450_000);

  test("where the ranks find no place, the driver ends and says why", async () => {
    const args = ["--cpus", "2", "--patience", "5"];
    const { code, said } = await train(place.path("tight"), 2, { cores: 1, args });
    expect(code, said).toBe(75);
    expect(said).toMatch(/found no place for 5 seconds: 3 nodes are alive, with 2 free cores, and 2 ranks need 2 each/);
  }, 450_000);

  test("if rank 0 is held up, the watchdog ends all ranks", async () => {
    const output = place.path("held");
    const running = train(output, 2, { args: ["--silence", "20"] });
    while (!existsSync(join(output, "checkpoint-5"))) await pause(50);
    const [root] = ranksOf(output);
    process.kill(root!, "SIGSTOP");
    const { code, said } = await running;
    expect(code, said).toBe(75);
    expect(said).toMatch(/Rank 0 has printed nothing for 20 seconds, so all 2 ranks are ended.*Newest checkpoint/s);
    await expect.poll(() => ranksOf(output), { timeout: 10_000 }).toEqual([]);
  }, 450_000);
});

/** The processes that write to a folder: rank 0 of its run. */
function ranksOf(output: string): number[] {
  const lines = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" }).split("\n");
  return lines.flatMap((line) => {
    const [, pid, args] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    return args?.includes("--rank 0 ") && args.includes(`--output ${output} `) ? [Number(pid)] : [];
  });
}
