// Training by several ranks gives what one process gives, goes on with another number of them, and never hangs.
import { appendFileSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { trainConfig } from "../src/config.ts";
import { MemberGroup } from "../src/ranks/member.ts";
import { rankPlace, type RemoteRank } from "../src/ranks/place.ts";
import { RootGroup } from "../src/ranks/root.ts";
import { joinTraining } from "../src/experiment/join-training.ts";
import { train } from "../src/recipes/train.ts";
import { freePort, largestDifference, lastWeights, taken, trainByRanks } from "./support/ranks.ts";
import { data, place, small } from "./support/resumed-runs.ts";

const few = { ...small, learningRate: 1e-4, evalSteps: 2, maxSteps: 4, minSteps: 4 };
/** Each micro-batch has examples for one rank of four. */
const dealt = { ...few, gradientAccumulationSteps: 4 };
const bytes = (folder: string): Buffer => readFileSync(join(folder, "checkpoint-4", "model.safetensors"));

test("two ranks take the steps of one, with dropout, up to the order of sums", async () => {
  const [one, two] = [place.path("one"), place.path("two")];
  const { result } = await trainByRanks(1, data, { ...few, output: one });
  const run = await trainByRanks(2, data, { ...few, output: two });
  expect(run.joined).toEqual([{ rank: 1, worldSize: 2, steps: 4, reason: "finished" }]);
  expect(run.result).toMatchObject({ steps: 4, keptStep: result.keptStep });
  const found = largestDifference(await lastWeights(one), await lastWeights(two));
  expect(found).toBeLessThan(1e-6);
  // Two ranks add up in another order, so that this was no run by one.
  expect(found).toBeGreaterThan(0);
});

test("if micro-batches can be dealt out whole, ranks give the bytes of one process, whatever their number", async () => {
  const sizes = [1, 2, 4];
  for (const size of sizes) await trainByRanks(size, data, { ...dealt, output: place.path(`dealt-${size}`) });
  const [one, ...others] = sizes.map((size) => bytes(place.path(`dealt-${size}`)));
  for (const other of others) expect(other.equals(one!)).toBe(true);
});

test("a run goes on with another number of ranks, and its notes say so", async () => {
  const output = place.path("parts");
  const stopped = await trainByRanks(2, data, { ...dealt, output }, 3);
  expect(stopped.result).toMatchObject({ reason: "stopped", steps: 3 });
  expect(stopped.joined[0]).toMatchObject({ reason: "stopped", steps: 3 });
  const { events } = await trainByRanks(1, data, { ...dealt, output, resume: true });
  const resumed = events.find(({ type }) => type === "resumed");
  expect(resumed).toMatchObject({ step: 3, notes: [expect.stringContaining("ranks were 2, now 1")] });
  expect(bytes(output).equals(bytes(place.path("dealt-1")))).toBe(true);
});

describe("a rank that is lost", () => {
  test("ends the run with its name, and a checkpoint of the last step that all have taken", async () => {
    const output = place.path("lost");
    const shared = { rendezvous: `tcp://127.0.0.1:${await freePort()}`, worldSize: 2, rankTimeout: 20 };
    const config = (rank: number) => trainConfig.parse({ ...few, output, ...shared, rank });
    const steps: number[] = [];
    const root = taken(train([data], config(0)), (event) => event.type === "checkpoint" && steps.push(event.step));
    const member = joinTraining([data], config(1));
    const leaving = (async () => {
      for await (const event of member) if (event.type === "step" && event.step === 3) break;
    })();
    await expect(root).rejects.toThrow(/rank 1 of 2 \(process \d+ on .*\) closed the connection.*--resume/s);
    await leaving;
    expect(steps.at(-1)).toBe(3);
    expect(readdirSync(output)).toContain("checkpoint-3");
  });

  test("is noticed if it is silent", async () => {
    const { root, member } = await twoRanks({ timeout: 300 });
    const step = { loss: 1, gradients: { dense: new Map(), tables: new Map() } };
    await expect(root.sum(step)).rejects.toThrow(/rank 1 of 2 .* was silent for 0.3 seconds \(--rank-timeout\)/);
    root.close(new Error("rank 1 was lost"));
    await expect(member.sum(step)).rejects.toThrow(/rank 0 .* has ended: rank 1 was lost/);
  });

  test("or never joined", async () => {
    const config = trainConfig.parse({
      ...few,
      output: place.path("alone"),
      rendezvous: `tcp://127.0.0.1:${await freePort()}`,
      rank: 0,
      worldSize: 3,
      rankTimeout: 0.5,
    });
    await expect(taken(train([data], config))).rejects.toThrow(/rank 1, 2 of 3 did not join at port \d+ within 0.5/);
  });
});

describe("a process is refused", () => {
  test("that does not know the secret", async () => {
    await expect(twoRanks({ timeout: 2000, token: "another" })).rejects.toThrow(/the secret of the ranks is another/);
  });

  test("that has read other data", async () => {
    const other = place.file("other.jsonlines", readFileSync(data, "utf8"));
    appendFileSync(
      other,
      readFileSync(data, "utf8")
        .split("\n", 1)[0]!
        .replace(/"uuid": ?"/, '"uuid":"x'),
    );
    const shared = { rendezvous: `tcp://127.0.0.1:${await freePort()}`, worldSize: 2, rankTimeout: 20 };
    const config = (rank: number) => trainConfig.parse({ ...few, output: place.path("other"), ...shared, rank });
    const runs = [taken(train([data], config(0))), taken(joinTraining([other], config(1)))];
    const [root, member] = await Promise.allSettled(runs);
    const reason = /rank 1 of 2 .* has read file 1 of the data with SHA-256/;
    expect(String((root as PromiseRejectedResult).reason)).toMatch(reason);
    expect(String((member as PromiseRejectedResult).reason)).toMatch(reason);
    expect(existsSync(place.path("other"))).toBe(false);
  });
});

async function twoRanks({ timeout, token = "secret" }: { readonly timeout: number; readonly token?: string }) {
  const host = "127.0.0.1";
  const root = await RootGroup.listen({ size: 2, host, port: 0, token: "secret", timeout, settings: {} });
  const { port } = root;
  const remote: RemoteRank = { kind: "remote", rank: 1, size: 2, host, port, token };
  try {
    const member = await MemberGroup.join(remote, timeout);
    const facts = { data: [], texts: { train: 1, validation: 1, test: 0 }, parameters: "" };
    await Promise.all([root.begin(facts, new Map(), [], undefined), member.begin(facts, new Map(), [])]);
    return { root, member };
  } catch (error) {
    root.close();
    throw error;
  }
}

describe("the place of a process", () => {
  const launcher = { RANK: "1", WORLD_SIZE: "4", MASTER_ADDR: "node-0", MASTER_PORT: "29500", RELATA_RANKS_TOKEN: "x" };
  const [RANK, WORLD_SIZE] = [undefined, undefined];

  test("is read from the variables of torchrun, or those of Slurm", () => {
    const found = { kind: "remote", rank: 1, size: 4, host: "node-0", port: 29_500, token: "x" };
    expect(rankPlace({ rendezvous: "env://" }, launcher)).toEqual(found);
    const slurm = { ...launcher, RANK, WORLD_SIZE, SLURM_PROCID: "1", SLURM_NTASKS: "4" };
    expect(rankPlace({ rendezvous: "env://" }, slurm)).toEqual(found);
    const torchrun = { ...launcher, TORCHELASTIC_USE_AGENT_STORE: "True" };
    expect(rankPlace({ rendezvous: "env://" }, torchrun)).toEqual({ ...found, port: 29_501 });
    expect(rankPlace({ nprocPerNode: 1 }, launcher)).toBeUndefined();
  });

  test.each([
    [{ rendezvous: "env://" }, { ...launcher, RANK }, /needs the environment variable RANK or SLURM_PROCID/],
    [{ rendezvous: "env://" }, { ...launcher, RANK: "4" }, /Rank 4 of 4 does not exist/],
    [{ rendezvous: "env://" }, { ...launcher, RELATA_RANKS_TOKEN: "" }, /Set RELATA_RANKS_TOKEN/],
    [{ rendezvous: "env://", nprocPerNode: 2 }, launcher, /--nproc-per-node has a meaning only without --rendezvous/],
    [{ rendezvous: "tcp://127.0.0.1:1", rank: 0 }, {}, /needs --rank.*and --world-size/],
    [{ rank: 1 }, {}, /--rank has a meaning only with --rendezvous/],
    [{ rankTimeout: 5 }, {}, /--rank-timeout has a meaning only with several ranks/],
  ])("%o is an error that says what to do", (settings, env, message) => {
    expect(() => rankPlace(settings, env)).toThrow(message);
  });
});
