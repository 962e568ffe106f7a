// relata train --folds and --seeds: several runs, their spread, and going on after a kill.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseJsonLines, relata, Workplace, type CliOptions, type CliResult } from "../support/run-cli.ts";

const place = new Workplace();
const data = place.examples("annotations.jsonlines", 12);
const folder = place.path("folds");
const quick = ["--model", "luke-mini", "--vocab-size", "300", "--threads", "1", "--max-steps", "1", "--seed", "5"];
const train = (output: string, flags: readonly string[], options: CliOptions = {}): Promise<CliResult> =>
  relata(["train", data, "--output", output, ...quick, ...flags], options);

interface Entry {
  readonly fold?: string;
  readonly seed: number;
  readonly isFinal: boolean;
  readonly part: string;
  readonly documents: { train: number; validation: number; test?: number };
  readonly scores: { macro_f1: number };
}
interface Errors<Value = { readonly mean: number; readonly runs: number }> {
  readonly calibrationError: Record<"all" | "relations", { readonly before: Value; readonly after: Value }>;
}
const ledger = (at: string): Entry[] => parseJsonLines<Entry>(readFileSync(`${at}/runs.jsonl`, "utf8")).slice(1);
const names = (entries: readonly Entry[]): string[] =>
  entries.map(({ fold = "all", seed, isFinal }) => `${fold} ${seed}${isFinal ? " model" : ""}`);

let run: CliResult;
beforeAll(async () => {
  run = await train(folder, ["--folds", "3"]);
});
afterAll(() => place.remove());

test("every document is in one test part, and one more model is trained on all", () => {
  expect(run.code, run.stderr).toBe(0);
  const entries = ledger(folder);
  expect(names(entries)).toEqual(["1/3 5", "2/3 5", "3/3 5", "all 5 model"]);
  expect(entries.map(({ documents }) => documents)).toEqual([
    ...Array.from({ length: 3 }, () => ({ train: 6, validation: 2, test: 4 })),
    { train: 10, validation: 2 },
  ]);
  expect(entries.map(({ part }) => part)).toEqual(["test", "test", "test", "validation"]);
  expect(readdirSync(folder).sort()).toEqual(["model", "runs.json", "runs.jsonl"]);
  expect(run.stderr).toContain(`Model: ${folder}/model`);
});

test("each run has its intervals and its calibration error, and the folds have a mean of these", () => {
  const found = JSON.parse(readFileSync(`${folder}/runs.json`, "utf8")) as Errors & { runs: Errors<number>[] };
  const { calibrationError: error, runs } = found;
  const { before, after } = error.relations;
  const afterwards = runs.slice(0, 3).map(({ calibrationError }) => calibrationError.relations.after);
  expect(after.runs).toBe(3);
  expect(after.mean).toBeCloseTo(afterwards.reduce((a, b) => a + b) / 3, 12);
  expect(error.all.before.mean).toBeGreaterThan(0);
  expect(run.stdout).toMatch(/^run .* ECE before +ECE after/m);
  expect(run.stdout).toMatch(
    new RegExp(`^mean .* ${before.mean.toFixed(3)} +${after.mean.toFixed(3)} +\\d\\.\\d{3}$`, "m"),
  );
  // Four documents are too few for an interval.
  expect(runs[0]).not.toHaveProperty("intervals");
  expect(run.stdout).not.toContain("95 % of");
});

test("prints a table of the folds, their mean and deviation, and a table of labels", () => {
  const scores = ledger(folder)
    .slice(0, 3)
    .map((entry) => entry.scores.macro_f1);
  const mean = scores.reduce((a, b) => a + b, 0) / 3;
  const { summary } = JSON.parse(readFileSync(`${folder}/runs.json`, "utf8")) as {
    summary: { macro_f1: { mean: number; runs: number } };
  };
  expect(summary.macro_f1.runs).toBe(3);
  expect(summary.macro_f1.mean).toBeCloseTo(mean, 12);
  expect(run.stdout).toMatch(/^fold 1\/3, seed 5 +4 +0\.\d{3}/m);
  expect(run.stdout).toMatch(new RegExp(`^mean +${mean.toFixed(3)} `, "m"));
  expect(run.stdout).toMatch(/^WHO_DO +\d\.\d{3} +\d\.\d{3} +\d\.\d{3} +\d\.\d{3} +3 +\d+$/m);
  expect(run.stdout).toContain("Each document is in one test part.");
});

test("finished runs are not trained again, with more seeds neither, and a line cut short is", async () => {
  const copy = place.path("copy");
  expect((await train(copy, ["--seeds", "2"])).code).toBe(0);
  const before = readFileSync(`${copy}/runs.jsonl`, "utf8");
  expect(names(ledger(copy))).toEqual(["all 5", "all 6"]);
  expect(existsSync(`${copy}/model/relata.json`)).toBe(true);

  writeFileSync(`${copy}/runs.jsonl`, before.slice(0, -20));
  const again = await train(copy, ["--seeds", "3", "--json"]);
  expect(again.stderr).toContain("1 run of them taken from the ledger");
  expect(names(ledger(copy))).toEqual(["all 5", "all 6", "all 7"]);
  const second = (text: string): Entry => parseJsonLines<Entry>(text)[2]!;
  expect(second(readFileSync(`${copy}/runs.jsonl`, "utf8")).scores).toEqual(second(before).scores);
  expect(JSON.parse(again.stdout)).toMatchObject({ seeds: [5, 6, 7], folds: null, part: "validation" });
});

test("after kill -9 the same command goes on with the runs that are missing", async () => {
  const output = place.path("killed");
  const killed = await train(output, ["--folds", "2"], { interruptAt: /fold 1\/2, seed 5: /, signal: "SIGKILL" });
  expect(killed.endedBy).toBe("SIGKILL");
  const before = ledger(output);
  expect(names(before)[0]).toBe("1/2 5");
  const { code, stderr } = await train(output, ["--folds", "2"]);
  expect(code, stderr).toBe(0);
  expect(stderr).toMatch(/runs? of them taken from the ledger/);
  expect(ledger(output).slice(0, before.length)).toEqual(before);
  expect(names(ledger(output))).toEqual(["1/2 5", "2/2 5", "all 5 model"]);
  expect(readdirSync(output).sort()).toEqual(["model", "runs.json", "runs.jsonl"]);
});

test("other settings are refused by their name, and so are two ways to choose the test part", async () => {
  const other = await train(folder, ["--folds", "3", "--epochs", "3"]);
  expect([other.code, other.stderr]).toEqual([64, expect.stringContaining("--epochs was not given, now 3")]);
  const resumed = await train(folder, ["--folds", "3", "--resume"]);
  expect([resumed.code, resumed.stderr]).toEqual([
    64,
    expect.stringContaining("goes on with the runs that are missing"),
  ]);
  const both = await train(place.path("both"), ["--folds", "3", "--test-size", "0.1"]);
  expect([both.code, both.stderr]).toEqual([64, expect.stringContaining("two ways to choose the test part")]);
});
