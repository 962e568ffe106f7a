// deploy/scoring/ray_score.py on a Ray cluster of two nodes on this machine. Needs a Python with ray==2.58.0, named in
// RELATA_RAY_PYTHON: python3 -m venv ray && ray/bin/pip install ray==2.58.0.
import { cpSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type * as Library from "../src/index.ts";
import { hasRay, onTwoNodes, type OnRay, type RayOutcome } from "./support/ray.ts";
import { jsonLines, Workplace } from "./support/run-cli.ts";

const { commitScoring, planScoring, runScoring } = createRequire(import.meta.url)("relata") as typeof Library;
const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const model = at("./oracle/folder-version-1");
const place = new Workplace();
afterAll(() => place.remove());

const shards = 16;
const row = (i: number): object => ({
  id: `d${i}`,
  text: `Anna owns the company${" in Paris".repeat(i % 5)}.`,
  // One row in a shard cannot be scored.
  entities: i % 2000 === 1999 ? [[0, 99_999]] : [[0, 4], [14, 21]], // prettier-ignore
});
const filesOf = (name: string): string[] =>
  ["predictions.jsonl", "rejects.jsonl"].map((file) => readFileSync(place.path(`${name}/${file}`), "utf8"));

/** Runs the recipe on two nodes. */
const score = (name: string, flags: readonly string[], how: Pick<OnRay, "cores" | "killAfter">): Promise<RayOutcome> =>
  onTwoNodes({ recipe: "scoring/ray_score.py", args: [place.path(name), "--actors", "2", ...flags], ...how });

describe.skipIf(!hasRay)("on Ray", () => {
  beforeAll(async () => {
    const input = place.file("rows.jsonl", jsonLines(Array.from({ length: shards * 2048 }, (_, i) => row(i))));
    await planScoring(model, input, { output: place.path("alone"), shardRows: 2048 }).result;
    for (const name of ["lost", "tight"]) cpSync(place.path("alone"), place.path(name), { recursive: true });
    await runScoring(place.path("alone"), { threads: 1 }).result;
    await commitScoring(place.path("alone")).result;
  }, 300_000);

  test("a node is killed in the middle, and the output has the bytes of one process", async () => {
    const killAfter = { count: 3, pattern: place.path("lost/parts/*.done.json") };
    const { code, doneAtKill, said } = await score("lost", [], { killAfter });
    expect(code, said).toBe(0);
    expect(doneAtKill).toBeLessThan(shards);
    expect(said).toMatch(/given to another actor/);
    expect(filesOf("lost")).toEqual(filesOf("alone"));
  }, 450_000);

  test("where no actor finds a place, the watchdog ends the run and says why", async () => {
    const { code, said } = await score("tight", ["--cpus", "2", "--silence", "5"], { cores: 1 });
    expect(code, said).toBe(75);
    expect(said).toMatch(/No shard has ended for 5 seconds: 0 of 16 are done.*an actor needs 2/s);
  }, 450_000);
});
