// relata compare: two models on the same annotations, in tables and JSON, and its exit code.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { jsonLines, relata, trainModel, Workplace, type CliResult } from "../support/run-cli.ts";

const place = new Workplace();
const [first, second] = [place.path("first"), place.path("second")];

const document = (id: number, label: string): object => ({
  id: `d${id}`,
  text: `Ana ${label} Bob ${id}.`,
  entities: [
    [0, 3, "PER"],
    [5 + label.length, 8 + label.length, "PER"],
  ],
  relations: [{ head: 0, tail: 1, label }],
});
const labels = ["met", "saw"];
const data = place.file("data.jsonl", jsonLines(Array.from({ length: 20 }, (_, i) => document(i, labels[i % 2]!))));
const compare = (...flags: string[]): Promise<CliResult> =>
  relata(["compare", first, second, data, "--threads", "1", ...flags]);

beforeAll(async () => {
  await trainModel(data, first);
  await trainModel(data, second, ["--seed", "7"]);
});
afterAll(() => place.remove());

test("tables, and a file with every answer that changed", async () => {
  const output = place.path("comparison.json");
  const { code, stdout, stderr } = await compare("--output", output);
  expect(code, stderr).toBe(0);
  expect(stdout).toContain("relation_micro_f1");
  expect(stdout.replaceAll(/\s+/g, " ")).toContain("(McNemar, as if they were independent)");
  const { comparison, notices } = JSON.parse(readFileSync(output, "utf8")) as {
    notices: object[];
    comparison: { documents: number; places: number; changed: object[]; metrics: { low: number; high: number }[] };
  };
  expect(comparison).toMatchObject({ documents: 20, places: 40, resamples: 1000 });
  for (const { low, high } of comparison.metrics) expect(low).toBeLessThanOrEqual(high);
  const trainedOn = (name: string): object => ({
    code: "trained-on-file",
    message: `files that the model ${name} was trained on, so that its figures say nothing of new texts`,
    count: 1,
    total: 1,
    locations: [{ file: data }],
  });
  expect(notices).toEqual([trainedOn(first), trainedOn(second)]);
  expect(stderr.match(/WARNING: files that the model/g)).toHaveLength(2);
  expect((await compare("--output", output)).stderr).toContain("is there already");
});

test("--require better fails for a model and itself, --require not-worse holds", async () => {
  const same = (require: string): Promise<CliResult> =>
    relata(["compare", first, first, data, "--threads", "1", "--require", require]);
  const better = await same("better");
  expect(better.code).toBe(1);
  expect(better.stderr).toContain(
    "--require better: the second model is not better on relation_micro_f1 beyond chance",
  );
  expect(better.stdout).toContain("No answer differs.");
  expect((await same("not-worse")).code).toBe(0);
});

test("a file that is new to both models is not warned of, and what is left out is named once", async () => {
  const loop = { ...document(50, "met"), relations: [0, 1].map((tail) => ({ head: 0, tail, label: "met" })) };
  const fresh = place.file("fresh.jsonl", jsonLines([loop, document(51, "saw"), document(52, "met")]));
  const { code, stdout, stderr } = await relata(["compare", first, second, fresh, "--threads", "1", "--json"]);
  expect(code, stderr).toBe(0);
  const { notices } = JSON.parse(stdout) as { notices: { code: string }[] };
  expect(notices.map((notice) => notice.code)).toEqual(["self-loop"]);
  expect(stderr).not.toContain("WARNING");
  expect(stderr.match(/note: relations of an entity with itself/g)).toHaveLength(1);
});

test("a flag that does nothing is refused", async () => {
  const { code, stderr } = await compare("--metric", "accuracy");
  expect(code).toBe(64);
  expect(stderr).toContain("--metric is about --require");
});
