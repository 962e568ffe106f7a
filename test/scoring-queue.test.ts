// Bulk scoring by workers that share a queue. Needs redis-server or valkey-server, and the packages bullmq and ioredis; where
// these are not installed, the tests of the queue itself are skipped.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type * as Library from "../src/index.ts";
import { noQueue, Redis } from "./support/redis.ts";
import { jsonLines, parseJsonLines, Workplace } from "./support/run-cli.ts";

// As Node loads the package, untouched by the test runner: its thread is a file of its own.
const { commitScoring, planScoring, runScoring, scoringStatus, workOnQueue } = createRequire(import.meta.url)(
  "relata",
) as typeof Library;
const model = fileURLToPath(new URL("./oracle/folder-version-1", import.meta.url));
const place = new Workplace();
afterAll(() => place.remove());

const rows = (count: number): object[] =>
  Array.from({ length: count }, (_, i) => ({ id: `d${i}`, text: "Anna owns it.", entities: [[0, 4], [10, 12]] })); // prettier-ignore

test.each([
  [{ queue: "localhost:6379" }, "expected the URL of Redis or Valkey"],
  [{ queue: "redis://localhost:6379", shard: 2 }, "--shard belongs to relata score worker, or does nothing"],
  [{ queue: "redis://localhost:6379", workers: 2 }, "--workers belongs to relata score worker"],
])("%j is refused", async (options, message) => {
  await expect(runScoring(place.path("nowhere"), options).result).rejects.toThrow(message);
});

describe.skipIf(noQueue !== undefined)("with a server", () => {
  let redis: Redis;
  let queue: string;
  beforeAll(async () => {
    redis = await Redis.start(place.folder);
    queue = redis.url;
  });
  afterAll(() => redis.stop());

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
