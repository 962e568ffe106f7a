// Probabilities that are frequencies, and thresholds, which relata train learns from the validation documents: they are stored in relata.json alone, and every command applies them.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { jsonLines, relata, trainModel, Workplace, type CliResult } from "../support/run-cli.ts";

const place = new Workplace();
const model = place.path("model");
const document = (id: number): object => ({
  id: `d${id}`,
  text: `Ana met Bob and Cy ${id}.`,
  entities: [
    [0, 3, "PER"],
    [8, 11, "PER"],
    [16, 18, "PER"],
  ],
  relations: [{ head: 0, tail: 1, label: id % 3 === 0 ? "met" : "saw" }],
});
const data = place.file("data.jsonl", jsonLines(Array.from({ length: 24 }, (_, i) => document(i))));
interface Stored {
  task: {
    calibration: { temperature: number; offsets: Record<string, number> } | null;
    schema: { thresholds: object };
  };
  protocol: string;
}
const stored = (): Stored => JSON.parse(readFileSync(place.path("model/relata.json"), "utf8")) as Stored;
const run = (...args: string[]): Promise<CliResult> => relata([...args, "--threads", "1"]);

beforeAll(() => trainModel(data, model, ["--negatives-per-positive", "1", "--thresholds", "global"]));
afterAll(() => place.remove());

test("the folder holds temperature, offsets and thresholds, and config.json knows nothing of them", () => {
  const { task, protocol } = stored();
  expect(task.calibration!.temperature).toBeGreaterThan(0);
  // Of five pairs without a relation four were left out.
  expect(task.calibration!.offsets["NO_REL"]).toBeGreaterThan(0.5);
  const thresholds = Object.values(task.schema.thresholds);
  expect(Object.keys(task.schema.thresholds)).toEqual(["met", "saw"]);
  expect(new Set(thresholds).size).toBe(1);
  expect(protocol).toContain("calibration and thresholds of probability learnt on the validation documents");
  expect(readFileSync(place.path("model/config.json"), "utf8")).not.toContain("temperature");
});

test("relata model info reports them", async () => {
  const { stdout } = await relata(["model", "info", model]);
  expect(stdout).toMatch(/calibration +temperature \d+\.\d\d, logits shifted by \+\d\.\d\d for NO_REL/);
  expect(stdout).toContain("the most probable relation, from this probability on");
});

test("relata evaluate shows probabilities before and after, and what it abstained from", async () => {
  const { code, stdout, stderr } = await run("evaluate", model, data, "--abstain", "0.999");
  expect(code, stderr).toBe(0);
  expect(stdout).toContain("all answers, calibrated");
  expect(stdout).toContain("relations given, as the model gives them");
  expect(stdout.replaceAll(/\s+/g, " ")).toMatch(/Abstained from \d+ of 144 answers/);
});

test("relata predict marks answers that are less probable than --abstain", async () => {
  const flags = ["--text", "Ana met Bob 7.", "--span", "0:3:PER", "--span", "8:11:PER", "--json"];
  const answerOf = async (...more: string[]): Promise<{ label: string; abstained?: boolean; probability: number }> => {
    const { code, stdout, stderr } = await run("predict", model, ...flags, ...more);
    expect(code, stderr).toBe(0);
    return (JSON.parse(stdout) as { relations: [{ label: string; abstained?: boolean; probability: number }] })
      .relations[0];
  };
  const sure = await answerOf();
  expect(sure.abstained).toBeUndefined();
  expect(await answerOf("--abstain", "1")).toEqual({ ...sure, abstained: true });
});

test("relata predict --explain prints the words that speak for an answer", async () => {
  const flags = ["--text", "Ana met Bob 7.", "--span", "0:3:PER", "--span", "8:11:PER", "--explain"];
  const { code, stdout, stderr } = await run("predict", model, ...flags);
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/Why Ana → Bob is \w+ rather than \w+ \(evidence [+−]\d/);
  const { explanations } = JSON.parse((await run("predict", model, ...flags, "--json")).stdout) as {
    explanations: { words: { text: string; start: number; score: number }[] }[];
  };
  expect(explanations[0]!.words.map(({ text }) => text)).toEqual(["Ana", "met", "Bob", "7", "."]);
  const int8 = await run("predict", model, ...flags, "--dtype", "int8");
  expect(int8.code).toBe(64);
  expect(int8.stderr).toContain("Leave --dtype int8 out");
  expect((await run("predict", model, data, "--explain")).stderr).toContain("--explain belongs to --text");
});

test("relata evaluate --probes says what the answers hang on", async () => {
  const { code, stdout, stderr } = await run("evaluate", model, data, "--probes", "--json");
  expect(code, stderr).toBe(0);
  const { probes } = JSON.parse(stdout) as {
    probes: { whole: object; wordsOnly?: object; unrelated: { pairs: number }; merelyTogether: { pairs: number } };
  };
  expect(Object.keys(probes.whole)).toEqual(["microF1", "macroF1"]);
  // The model of pair encoding sees no types.
  expect(probes.wordsOnly).toBeUndefined();
  expect(probes.unrelated.pairs).toBe(120);
  expect(probes.merelyTogether.pairs).toBe(120);
  const shown = await run("evaluate", model, data, "--probes");
  expect(shown.stdout).toContain("types, order and distance (words masked)");
});

test("an abstention from nothing is refused", async () => {
  const { code, stderr } = await run("evaluate", model, data, "--abstain", "0");
  expect(code).toBe(64);
  expect(stderr).toContain("--abstain");
});
