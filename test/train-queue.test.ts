// Sweeps and cross-validations whose runs are trained by workers of a queue: the result is that of one process.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type * as Library from "../src/index.ts";
import { noQueue, Redis } from "./support/redis.ts";
import { digestsOf, parseJsonLines, relata, relataProcess, Workplace } from "./support/run-cli.ts";

// As Node loads the package, untouched by the test runner: its thread is a file of its own.
const { repeat, sweep, trainForQueue } = createRequire(import.meta.url)("relata") as typeof Library;
const place = new Workplace();
const data = place.examples("annotations.jsonlines", 14);
const space = place.path("space.yaml");
writeFileSync(space, "learningRate: { logUniform: [1e-4, 1e-2] }\ndropout: { choice: [0, 0.1, 0.2] }\n");
const quick = { model: "luke-mini", vocabSize: 300, threads: 1, maxSteps: 3, seed: 5 } as const;
const searched = { ...quick, sweep: space, trials: 3, testSize: 0.2, validationSize: 0.2 } as const;
afterAll(() => place.remove());

/** The lines of a ledger without the time that each run took. */
const ledger = (path: string): object[] =>
  parseJsonLines<{ seconds?: number }>(readFileSync(place.path(path), "utf8")).map(
    ({ seconds: _seconds, ...line }) => line,
  );
const model = (folder: string): string => digestsOf(place.path(`${folder}/model`))["model.safetensors"]!;
const file = (path: string): string => readFileSync(place.path(path), "utf8");

test.each([
  [["--queue", "redis://localhost:6379"], "--queue shares out the runs of --sweep, --folds or --seeds"],
  [["--queue", "localhost:6379", "--folds", "2"], "expected the URL of Redis or Valkey"],
])("relata train %j is refused", async (flags, message) => {
  const { code, stderr } = await relata(["train", data, "--output", place.path("refused"), ...flags]);
  expect(code).toBe(64);
  expect(stderr).toContain(message);
});

describe.skipIf(noQueue !== undefined)("with a server", () => {
  let redis: Redis;
  let queue: string;
  const workers: Library.Run<Library.TrainWorkerEvent, Library.TrainWorkerResult>[] = [];
  beforeAll(async () => {
    redis = await Redis.start(place.folder);
    queue = redis.url;
    for (let i = 0; i < 2; i++) workers.push(trainForQueue({ queue, lockSeconds: 5 }));
  });
  afterAll(async () => {
    for (const worker of workers) worker.stop();
    await Promise.allSettled(workers.map((worker) => worker.result));
    await redis.stop();
  });

  test("a sweep has the ledger, the best settings and the model of one process", async () => {
    await sweep(data, { ...searched, output: place.path("alone") }).result;
    const shared = sweep(data, { ...searched, output: place.path("shared"), queue });
    const types: string[] = [];
    for await (const event of shared) types.push(event.type);
    expect(types).toContain("queued");
    expect(types).not.toContain("train");
    expect(ledger("shared/trials.jsonl")).toEqual(ledger("alone/trials.jsonl"));
    expect(ledger("shared/trials.jsonl")).toHaveLength(6);
    expect(file("shared/best.yaml")).toBe(file("alone/best.yaml"));
    expect(model("shared")).toBe(model("alone"));
    // Nothing is left of the sharing, and no file names the queue.
    expect(readdirSync(place.path("shared")).sort()).toEqual(["best.yaml", "model", "sweep.json", "trials.jsonl"]);
    expect(file("shared/sweep.json")).not.toContain("redis:");
  });

  test("so has a cross-validation, and its model card names the folder that was asked for", async () => {
    const alone = await repeat(data, { ...quick, folds: 2, output: place.path("folds") }).result;
    const shared = await repeat(data, { ...quick, folds: 2, output: place.path("shared-folds"), queue }).result;
    expect(ledger("shared-folds/runs.jsonl")).toEqual(ledger("folds/runs.jsonl"));
    expect(shared.summary).toEqual(alone.summary);
    expect(shared.labels).toEqual(alone.labels);
    expect(model("shared-folds")).toBe(model("folds"));
    expect(file("shared-folds/model/README.md").replaceAll("shared-folds", "folds")).toBe(
      file("folds/model/README.md"),
    );
  });

  test("data that a worker does not find as they were end the command, and the same one goes on once they are", async () => {
    const changed = place.examples("changed.jsonlines", 14);
    const before = readFileSync(changed, "utf8");
    const options = { ...quick, seeds: 2, output: place.path("changed"), queue };
    const run = repeat(changed, options);
    const following = (async () => {
      for await (const event of run) if (event.type === "plan") writeFileSync(changed, `${before}\n`);
    })();
    await expect(following).rejects.toMatchObject({ exitCode: 65, message: expect.stringMatching(/2 of 2 runs .* other contents/) }); // prettier-ignore
    writeFileSync(changed, before);
    expect((await repeat(changed, options).result).runs.map(({ seed }) => seed)).toEqual([5, 6]);
  });
});

describe.skipIf(noQueue !== undefined)("after kill -9", () => {
  let redis: Redis;
  beforeAll(async () => {
    redis = await Redis.start(place.folder);
  });
  afterAll(() => redis.stop());

  test("of a worker and of the command, the same command goes on and repeats no run that was done", async () => {
    const flags = "--model luke-mini --vocab-size 300 --threads 1 --max-steps 3 --seed 5 --folds 3".split(" ");
    const alone = await relata(["train", data, "--output", place.path("whole"), ...flags]);
    expect(alone.code, alone.stderr).toBe(0);
    const command = ["train", data, "--output", place.path("killed"), ...flags, "--queue", redis.url];
    const worker = ["worker", "--queue", redis.url, "--lock-seconds", "2"];
    const ending = new AbortController();
    const producing = relataProcess(command, { killOn: ending.signal });
    // Killed once its first run is done, and so in the middle of the second.
    const first = await relataProcess(worker, { interruptAt: /trained in/, signal: "SIGKILL" });
    expect(first.endedBy).toBe("SIGKILL");
    ending.abort();
    expect((await producing).endedBy).toBe("SIGKILL");

    const second = relataProcess([...worker, "--until-idle", "4"]);
    const again = await relataProcess(command);
    expect(again.code, again.stderr).toBe(0);
    expect((await second).code).toBe(0);
    const trained = [first, await second].map(({ stderr }) => [...stderr.matchAll(/: (\S+): trained in/g)].map(([, name]) => name!)); // prettier-ignore
    expect(trained[0]).toHaveLength(1);
    expect(trained.flat().sort()).toEqual(["fold-1of3-seed-5", "fold-2of3-seed-5", "fold-3of3-seed-5", "model"]);
    expect(ledger("killed/runs.jsonl")).toEqual(ledger("whole/runs.jsonl"));
    expect(model("killed")).toBe(model("whole"));
    expect(readdirSync(place.path("killed")).sort()).toEqual(["model", "runs.json", "runs.jsonl"]);
  });

  test("of the command, it goes on without the queue as well, with what workers have done", async () => {
    const options = { ...quick, seeds: 2 };
    const alone = await repeat(data, { ...options, output: place.path("twice") }).result;
    const output = place.path("left");
    const stopped = repeat(data, { ...options, output, queue: redis.url });
    const following = (async () => {
      for await (const event of stopped) if (event.type === "waiting") stopped.stop();
    })();
    await expect(following).rejects.toThrow("workers go on with the runs that are queued");
    // The second run, as a worker leaves it while the first is under way.
    const { run } = JSON.parse(file("left/queue/plan.json")) as { run: string };
    writeFileSync(`${output}/queue/seed-6.done.json`, JSON.stringify({ run, entry: { ...alone.runs[1]!, steps: 99 } }));
    const again = repeat(data, { ...options, output });
    let trained = 0;
    for await (const event of again) if (event.type === "train" && event.event.type === "data") trained++;
    expect(trained).toBe(1);
    expect((await again.result).runs.map(({ seed, steps }) => [seed, steps])).toEqual([[5, 3], [6, 99]]); // prettier-ignore
    expect(readdirSync(output).sort()).toEqual(["model", "runs.json", "runs.jsonl"]);
  });
});
