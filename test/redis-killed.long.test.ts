// Runs in a queue whose Redis is killed: with what it had on disk, without, and for good.
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { noQueue, Redis } from "./support/redis.ts";
import {
  digestsOf,
  parseJsonLines,
  quick,
  relata,
  relataProcess,
  Workplace,
  type CliResult,
} from "./support/run-cli.ts";

const place = new Workplace();
const data = place.examples("annotations.jsonlines", 14);
const flags = [...quick, "--seed", "5", "--folds", "3"];
const waiting = { timeout: 240_000, interval: 20 };
const names = ["fold-1of3-seed-5", "fold-2of3-seed-5", "fold-3of3-seed-5", "model"];
afterAll(() => place.remove());

const ledger = (output: string): object[] =>
  parseJsonLines<{ seconds?: number }>(readFileSync(`${output}/runs.jsonl`, "utf8")).map(
    ({ seconds: _seconds, ...line }) => line,
  );
const expectWhole = (output: string, alone: string): void => {
  expect(ledger(output)).toEqual(ledger(alone));
  expect(digestsOf(`${output}/model`)["model.safetensors"]).toBe(digestsOf(`${alone}/model`)["model.safetensors"]);
  expect(readdirSync(output).sort()).toEqual(["model", "runs.json", "runs.jsonl"]);
};
/** Waits until the second run is under way. */
async function inTheMiddle(output: string, ...processes: Promise<CliResult>[]): Promise<void> {
  const attempts = (): string[] => readdirSync(`${output}/queue`).filter((file) => file.startsWith(`${names[1]}.`));
  const begun = vi.waitUntil(() => existsSync(`${output}/queue`) && attempts().length > 0, waiting);
  const early = await Promise.race([begun, ...processes]);
  if (early !== true) throw new Error(`A process ended before its time:\n${early.stderr}`);
}

describe.skipIf(noQueue !== undefined)("Redis is killed in the middle of a cross-validation", () => {
  const alone = place.path("alone");
  beforeAll(async () => {
    const { code, stderr } = await relata(["train", data, "--output", alone, ...flags]);
    if (code !== 0) throw new Error(stderr);
  });
  const started = async (name: string, keeps: boolean) => {
    mkdirSync(place.path(`${name}-redis`));
    const redis = await Redis.start(place.path(`${name}-redis`), { keeps });
    const output = place.path(name);
    const command = ["train", data, "--output", output, ...flags, "--queue", redis.url];
    const worker = ["worker", "--queue", redis.url, "--lock-seconds", "2"];
    return { redis, output, command, worker };
  };

  test.each([
    ["and comes back with what it had on disk", "kept", true],
    ["and comes back empty", "empty", false],
  ])("%s: command and worker say so and go on, and no run is trained twice", async (_, name, keeps) => {
    const { redis, output, command, worker } = await started(name, keeps);
    try {
      const producing = relataProcess(command);
      const working = relataProcess([...worker, "--until-idle", "8"]);
      await inTheMiddle(output, producing, working);
      await redis.stop();
      await pause(15_000); // longer than the lock of the run, and than the pause between two questions
      await redis.restart();
      const [produced, worked] = [await producing, await working];
      expect([produced.code, worked.code], produced.stderr + worked.stderr).toEqual([0, 0]);
      expect(produced.stderr).toContain(`The queue at ${redis.url} does not answer: connect ECONNREFUSED`);
      expect(worked.stderr).toMatch(/The queue at redis:\S+ does not answer: .*The queue answers again/s);
      expect([...worked.stderr.matchAll(/: (\S+): trained in/g)].map(([, run]) => run)).toEqual(names);
      expectWhole(output, alone);
    } finally {
      await redis.stop();
    }
  });

  test("and stays away: Ctrl-C ends both, finished runs are kept, and the same command goes on", async () => {
    const { redis, output, command, worker } = await started("away", true);
    try {
      const ending = new AbortController();
      const said = { interruptOn: ending.signal, killAfter: 290_000 };
      const [producing, working] = [relataProcess(command, said), relataProcess(worker, said)];
      await inTheMiddle(output, producing, working);
      await redis.stop();
      await vi.waitUntil(() => existsSync(`${output}/queue/${names[1]}.done.json`), waiting);
      await pause(8000);
      ending.abort();
      const [produced, worked] = [await producing, await working];
      expect([produced.code, produced.endedBy, worked.endedBy]).toEqual([130, null, null]);
      expect(produced.stderr).toContain("The same command takes up what they have done");
      expect(ledger(output)).toEqual(ledger(alone).slice(0, 3));

      const refused = await relata(command);
      expect(refused.code).toBe(75);
      expect(refused.stderr).toContain("cannot be reached: connect ECONNREFUSED");
      await redis.restart();
      const again = relataProcess([...worker, "--until-idle", "4"]);
      const { code, stderr } = await relataProcess(command);
      expect(code, stderr).toBe(0);
      expect([...(await again).stderr.matchAll(/: (\S+): trained in/g)].map(([, run]) => run)).toEqual(names.slice(2));
      expectWhole(output, alone);
    } finally {
      await redis.stop();
    }
  });
});
