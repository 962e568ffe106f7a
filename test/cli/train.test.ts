// relata train: what it writes, what it prints, and that a seed decides the model.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseJsonLines, quick, relata, Workplace, type CliResult } from "../support/run-cli.ts";

const place = new Workplace();
const data = place.examples("annotations.jsonlines", 8);
const model = place.path("model");
let run: CliResult;

const train = (output: string, ...flags: string[]): Promise<CliResult> =>
  relata(["train", data, "--output", place.path(output), ...quick, ...flags]);
const read = (path: string): string => readFileSync(place.path(path), "utf8");

beforeAll(async () => {
  run = await train("model", "--max-steps", "3", "--eval-steps", "2");
});
afterAll(() => place.remove());

describe("a run", () => {
  test("ends well and says where the model is", () => {
    expect(run.code).toBe(0);
    expect(run.stderr).toContain(`Model: ${model}`);
  });

  test("tells on stderr what it learns from", () => {
    expect(run.stderr).toMatch(/^6 training documents, 2 held out/m);
    expect(run.stderr).toMatch(/^relations, training \+ held out: .*WHO_DO \d+\+\d+/m);
  });

  test("shows a table of evaluations, one row each", () => {
    const lines = run.stderr.split("\n");
    const head = lines.findIndex((line) => line.trim().startsWith("step"));
    expect(lines[head]!.trim().split(/ {2,}/)).toEqual([
      "step",
      "epoch",
      "training loss",
      "validation loss",
      "accuracy",
      "F1 micro",
      "F1 macro",
    ]);
    const rows = lines.slice(head + 1, head + 3).map((line) => line.replace("*", "").trim().split(/ +/).map(Number));
    expect(rows.map(([step]) => step)).toEqual([2, 3]);
    for (const row of rows) {
      expect(row).toHaveLength(7);
      expect(row.every(Number.isFinite), row.join(" ")).toBe(true);
    }
  });

  test("prints results to stdout: confusion matrix, labels, baselines", () => {
    expect(run.stdout).toContain("Confusion matrix, gold down, predicted across");
    expect(run.stdout).toMatch(/^label +precision +recall +f1 +support +predicted$/m);
    expect(run.stdout).toMatch(/model +majority +type pair/);
    expect(run.stdout).not.toContain("training loss");
  });

  test("sends no control character to what is no terminal", () => {
    expect(run.stderr + run.stdout).not.toMatch(/[^\P{Cc}\n]/u);
  });
});

describe("the model folder", () => {
  test("metrics.jsonl holds each step, each evaluation and the end", () => {
    const entries = parseJsonLines<{ type: string; step: number }>(read("model/metrics.jsonl"));
    expect(entries.map(({ type, step }) => `${type} ${step}`)).toEqual([
      "step 1",
      "step 2",
      "evaluation 2",
      "step 3",
      "evaluation 3",
      "done 3",
    ]);
  });

  test("README.md is a model card, report.html a page", () => {
    const [, head] = read("model/README.md").split(/^---$/m);
    expect(head).toMatch(/^library_name: relata$/m);
    expect(read("model/report.html")).toMatch(/^<!doctype html>/i);
  });
});

describe("the seed", () => {
  const same = ["--max-steps", "3", "--eval-steps", "2"];

  test("decides the weights, bit by bit; with --json there is one object on stdout", async () => {
    const { code, stdout, stderr } = await train("again", ...same, "--json");
    expect(code, stderr).toBe(0);
    expect(readFileSync(place.path("again/model.safetensors")).equals(readFileSync(`${model}/model.safetensors`))).toBe(
      true,
    );
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    const result = JSON.parse(stdout) as Record<string, unknown>;
    expect(result).toMatchObject({ folder: place.path("again"), steps: 3, reason: "finished" });
    expect(Object.keys(result)).toEqual(expect.arrayContaining(["scores", "confusion", "baselines"]));
  });

  test("another one gives other weights", async () => {
    expect(await train("other", ...same, "--seed", "7")).toMatchObject({ code: 0 });
    expect(readFileSync(place.path("other/model.safetensors")).equals(readFileSync(`${model}/model.safetensors`))).toBe(
      false,
    );
  });
});

test("settings come from --config, and flags win over it", async () => {
  const output = place.path("configured");
  const settings = { output, maxSteps: 9, batchSize: 8, threads: 1, vocabSize: 300, noRelationLabel: "NONE", seed: 5 };
  const config = place.file("config.json", JSON.stringify(settings));
  const flags = ["--config", config, "--max-steps", "1", "--no-relation-label", "RIEN"];
  expect(await relata(["train", data, ...flags])).toMatchObject({ code: 0 });
  const manifest = JSON.parse(read("configured/relata.json")) as Record<string, unknown>;
  expect(manifest).toMatchObject({
    settings: { maxSteps: 1, seed: 5, vocabSize: 300 },
    labels: { noRelationLabel: "RIEN" },
  });
});
