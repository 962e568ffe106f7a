// Bulk scoring by workers that share a queue. Needs redis-server or valkey-server, and the packages bullmq and ioredis; where
// these are not installed, the tests of the queue itself are skipped.
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer, type AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type * as Library from "../src/index.ts";
import { jsonLines, parseJsonLines, Workplace } from "./support/run-cli.ts";

// As Node loads the package, untouched by the test runner: its thread is a file of its own.
const { commitScoring, planScoring, runScoring, scoringStatus, workOnQueue } = createRequire(import.meta.url)(
  "relata",
) as typeof Library;
const model = fileURLToPath(new URL("./oracle/folder-version-1", import.meta.url));
const place = new Workplace();
afterAll(() => place.remove());

const server = ["redis-server", "valkey-server"].find((name) => spawnSync(name, ["--version"]).status === 0);
const { resolve } = createRequire(import.meta.url);
const hasPackages = ["bullmq", "ioredis"].every((name) => {
  try {
    return resolve(name) !== "";
  } catch {
    return false;
  }
});

async function freePort(): Promise<number> {
  const listening = createServer().listen(0, "127.0.0.1");
  await once(listening, "listening");
  const { port } = listening.address() as AddressInfo;
  listening.close();
  await once(listening, "close");
  return port;
}

const rows = (count: number): object[] =>
  Array.from({ length: count }, (_, i) => ({ id: `d${i}`, text: "Anna owns it.", entities: [[0, 4], [10, 12]] })); // prettier-ignore

test.each([
  [{ queue: "localhost:6379" }, "expected the URL of Redis or Valkey"],
  [{ queue: "redis://localhost:6379", shard: 2 }, "--shard belongs to relata score worker, or does nothing"],
  [{ queue: "redis://localhost:6379", workers: 2 }, "--workers belongs to relata score worker"],
])("%j is refused", async (options, message) => {
  await expect(runScoring(place.path("nowhere"), options).result).rejects.toThrow(message);
});

describe.skipIf(server === undefined || !hasPackages)("with a server", () => {
  let redis: ChildProcess;
  let queue: string;
  beforeAll(async () => {
    const port = await freePort();
    queue = `redis://127.0.0.1:${port}`;
    redis = spawn(server!, ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", place.folder]);
    for await (const text of redis.stdout!) if (/ready to accept connections/i.test(String(text))) break;
  });
  afterAll(async () => {
    redis.kill("SIGKILL");
    await once(redis, "exit");
  });

  test("workers score what a run asks for; a shard that cannot be scored ends as a dead letter", async () => {
    const good = place.file("good.jsonl", jsonLines(rows(150)));
    const changed = place.file("changed.jsonl", jsonLines(rows(3)));
    const plan = { output: place.path("run"), shardRows: 64 };
    await planScoring(model, [good, changed], plan).result;
    writeFileSync(changed, readFileSync(changed, "utf8").replace("owns", "sold"));
    const worker = workOnQueue({ queue, threads: 1, lockSeconds: 5 });
    const failing = runScoring(place.path("run"), { queue });
    await expect(failing.result).rejects.toMatchObject({ exitCode: 65 });
    const { done, failed } = await scoringStatus(place.path("run"));
    expect(done).toBe(3);
    expect(failed).toMatchObject([{ shard: 3, isTransient: false }]);

    // Once the file is mended, the same command takes the dead letter up again.
    writeFileSync(changed, readFileSync(changed, "utf8").replace("sold", "owns"));
    expect(await runScoring(place.path("run"), { queue }).result).toMatchObject({ shards: 1, skipped: 3, rows: 3 });
    worker.stop();
    expect(await worker.result).toMatchObject({ shards: 4, rows: 153 });

    expect(await commitScoring(place.path("run")).result).toMatchObject({ rows: 153, rejects: 0 });
    const output = readFileSync(place.path("run/predictions.jsonl"), "utf8");
    const ids = parseJsonLines<{ id: string }>(output).map(({ id }) => id);
    expect(ids).toEqual([...rows(150), ...rows(3)].map((row) => (row as { id: string }).id));
  });
});
