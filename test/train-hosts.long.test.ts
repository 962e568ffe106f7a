// Workers of a queue that do not stand where the command stands: in another folder, and on a machine without its files.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { hostname } from "node:os";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { noQueue, Redis } from "./support/redis.ts";
import { quick, relata, relataProcess, Workplace } from "./support/run-cli.ts";

/** A shell command whose file systems are its own (Linux, for root or where users may have namespaces). */
const apart = ["unshare", "--map-root-user", "--mount", "sh", "-c"];
const hasHosts = spawnSync(apart[0]!, [...apart.slice(1), "true"]).status === 0;
if (!hasHosts)
  console.warn("SKIPPED, tests of workers without the files of the command: unshare --mount does not work");

const binary = fileURLToPath(new URL("../bin/relata.js", import.meta.url));
const place = new Workplace();
place.examples("annotations.jsonlines", 14);
const flags = ["annotations.jsonlines", ...quick, "--seeds", "2", "--output", "runs"];
afterAll(() => place.remove());

describe.skipIf(noQueue !== undefined)("a worker", () => {
  let redis: Redis;
  beforeEach(async () => {
    redis = await Redis.start(place.folder);
  });
  afterEach(() => redis.stop());

  test("in another folder finds the files that the command names from its own", async () => {
    const cwd = place.path("here");
    mkdirSync(cwd);
    place.examples("here/annotations.jsonlines", 14);
    mkdirSync(place.path("elsewhere"));
    const worker = ["worker", "--queue", redis.url, "--until-idle", "4"];
    const working = relataProcess(worker, { cwd: place.path("elsewhere") });
    const { code, stderr } = await relata(["train", ...flags, "--queue", redis.url], { cwd });
    expect(code, stderr).toBe(0);
    expect((await working).stderr).toContain("2 runs trained.");
    expect(readdirSync(`${cwd}/runs`).sort()).toEqual(["model", "runs.json", "runs.jsonl"]);
    expect(readdirSync(place.path("elsewhere"))).toEqual([]);
  });

  test.skipIf(!hasHosts)(
    "on a machine without these files is refused with its name and the path, and one that has them goes on",
    async () => {
      const cwd = place.path("unseen");
      mkdirSync(cwd);
      place.examples("unseen/annotations.jsonlines", 14);
      // The folder of the command is empty for this worker.
      const script = `mount -t tmpfs none ${cwd} && exec ${process.execPath} ${binary} worker --queue ${redis.url}`;
      const blind = spawn(apart[0]!, [...apart.slice(1), script], { stdio: ["ignore", "ignore", "pipe"] });
      const said = text(blind.stderr);
      const command = ["train", ...flags, "--queue", redis.url];
      try {
        const { code, stderr } = await relata(command, { cwd });
        expect(code, stderr).toBe(75);
        expect(stderr).toMatch(/2 of 2 runs could not be trained by the workers/);
        expect(stderr).toContain(
          `The worker on ${hostname()} lacks files of the command: ${cwd}/runs holds no runs to train here`,
        );
        expect(stderr).toContain("mount these folders there, or end that worker");
      } finally {
        blind.kill();
      }
      expect(await said).toContain("lacks files of the command");
      const working = relataProcess(["worker", "--queue", redis.url, "--until-idle", "4"]);
      const { code, stderr } = await relata(command, { cwd });
      expect(code, stderr).toBe(0);
      await working;
    },
  );
});
