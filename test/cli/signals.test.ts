// Signals at any moment: the process ends with the code of the contract, says so, and leaves whole files.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  digestsOf,
  exampleDocuments,
  jsonLines,
  parseJsonLines,
  quick,
  relata,
  trainModel,
  Workplace,
  type CliOptions,
  type CliResult,
} from "../support/run-cli.ts";

const place = new Workplace();
const data = place.examples("annotations.jsonlines", 6);
const model = place.path("model");
/** Enough that whatever is done with them is still under way when the signal comes. */
const many = place.file(
  "many.jsonl",
  jsonLines(
    Array.from({ length: 3000 }, (_, i) => ({
      id: `text-${i}`,
      text: "I go with Anna to Rome on Monday",
      entities: [
        { start: 0, end: 1, type: "A" },
        { start: 10, end: 14, type: "B" },
        { start: 18, end: 22, type: "C" },
      ],
      relations: [{ head: 0, tail: 1, label: "WHO_DO" }],
    })),
  ),
);

const train = (output: string, flags: readonly string[] = [], options: CliOptions = {}): Promise<CliResult> =>
  relata(["train", data, "--output", place.path(output), ...quick, ...flags], options);
const predict = (folder: string): Promise<CliResult> =>
  relata(["predict", place.path(folder), "--text", "I go", "--span", "0:1", "--span", "2:4", "--threads", "1"]);
const unfinished = (): string[] =>
  readdirSync(place.folder, { recursive: true, encoding: "utf8" }).filter((name) => /\.(?:tmp|old)$/.test(name));

beforeAll(() => trainModel(data, model));
afterAll(() => place.remove());

const codes = [
  ["SIGHUP", 129],
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const;

describe("a signal", () => {
  test("while predict scores: whole lines, and no abort of the native call", async () => {
    const options = { interruptAt: /"relations"/ };
    const { code, stdout, stderr } = await relata(["predict", model, many, "--threads", "1"], options);
    expect(code, stderr).toBe(130);
    expect(stderr).toContain("Stopped by SIGINT. Not all texts were answered");
    const answers = parseJsonLines<{ relations: unknown[] }>(stdout);
    expect(answers.length).toBeGreaterThan(0);
    expect(answers.length).toBeLessThan(3000);
    for (const { relations } of answers) expect(relations).toHaveLength(6);
  });

  test("while evaluate scores: no scores, and no abort", async () => {
    const options: CliOptions = { interruptAt: /natural prevalence/, signal: "SIGTERM" };
    const { code, stdout, stderr } = await relata(["evaluate", model, many, "--threads", "1"], options);
    expect({ code, stdout }, stderr).toEqual({ code: 143, stdout: "" });
    expect(stderr).toContain("Stopped by SIGTERM. Not all was scored");
  });

  test("in training ends the run with its report", async () => {
    const name = "stopped";
    const flags = ["--max-steps", "100000", "--eval-steps", "1", "--json"];
    const { code, stdout, stderr } = await train(name, flags, { interruptAt: /^ +1 .*\*$/m, signal: "SIGHUP" });
    expect(code, stderr).toBe(129);
    expect(stderr).toContain("the best model so far is kept");
    const result = JSON.parse(stdout) as { reason: string; steps: number };
    expect(result.reason).toBe("stopped");
    const entries = parseJsonLines<{ type: string }>(readFileSync(place.path(`${name}/metrics.jsonl`), "utf8"));
    expect(entries.filter(({ type }) => type === "step")).toHaveLength(result.steps);
    for (const file of ["README.md", "report.html"]) expect(existsSync(place.path(`${name}/${file}`)), file).toBe(true);
    expect(await predict(name)).toMatchObject({ code: 0 });
    expect(unfinished()).toEqual([]);
  });
});

test("a signal while the test part is scored keeps the model, and --resume scores the part without a step", async () => {
  const held = place.file("held.jsonl", jsonLines(exampleDocuments(150).slice(6)));
  const flags = ["--validation", data, "--test", held, "--candidates", "all"];
  const stopping = new AbortController();
  const run = train("untested", flags, { interruptOn: stopping.signal, signal: "SIGTERM" });
  // It says that all steps are done.
  while (!existsSync(place.path("untested/checkpoint-2"))) await pause(2);
  stopping.abort();
  const begun = performance.now();
  const { code, stdout, stderr } = await run;
  expect(code, stderr).toBe(143);
  expect(performance.now() - begun).toBeLessThan(10_000);
  expect(stderr).toContain("all steps are done and the model is kept");
  expect(stdout).toContain("The run was stopped, so the test part was not scored.");
  expect(stderr).toMatch(/^To go on from there: .* --resume$/m);
  const weights = (): string => readFileSync(place.path("untested/model.safetensors"), "base64");
  const model = weights();
  const resumed = await train("untested", [...flags, "--resume"]);
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(resumed.stderr).toContain("Going on from step 2 ");
  expect(resumed.stdout).toMatch(/^Test part, \d+ documents: touched once/m);
  expect(weights() === model).toBe(true);
});

describe("SIGINT", () => {
  const long = ["--max-steps", "100000", "--eval-steps", "1"];
  const beforeFirstStep = /training documents/;

  test("before the first step leaves the folder as it was: empty, or with its former model", async () => {
    const { code, stdout, stderr } = await train("early", long, { interruptAt: beforeFirstStep });
    expect({ code, stdout }).toEqual({ code: 130, stdout: "" });
    expect(stderr).toContain("no model was saved");
    expect(readdirSync(place.path("early"))).toEqual([]);

    const before = digestsOf(model);
    expect(await train("model", [...long, "--overwrite"], { interruptAt: beforeFirstStep })).toMatchObject({
      code: 130,
    });
    expect(digestsOf(model)).toEqual(before);
  });

  test("a second time in training ends at once, without an abort, and the model saved before is whole", async () => {
    const stopping = new AbortController();
    const run = train("twice", long, { interruptOn: stopping.signal, againAfter: 150 });
    // A row of the table is printed before its model is saved.
    while (!existsSync(place.path("twice/relata.json"))) await pause(2);
    stopping.abort();
    const { code, endedBy, stderr } = await run;
    expect(endedBy ?? code, stderr).toSatisfy((end) => end === 130 || end === "SIGINT");
    expect(stderr).not.toMatch(/Napi|bug in Relata/);
    expect(await predict("twice")).toMatchObject({ code: 0 });
  });

  test("while predict waits for more input ends it at once", async () => {
    const input = '{"text": "I go", "entities": [[0, 1], [2, 4]]}\n'.repeat(64);
    const options = { input, keepInputOpen: true, interruptAt: /"relations"/ };
    const { code, stderr } = await relata(["predict", model, "-"], options);
    expect(code).toBe(130);
    expect(stderr).toContain("the lines that were printed are whole");
  });
});

describe("signals at random moments", () => {
  const moments = Array.from({ length: 3 }, (_, i) => 300 + 1000 * i + Math.floor(Math.random() * 1000));
  const commands: readonly (readonly [string, (output: string) => string[]])[] = [
    ["predict", () => ["predict", model, many, "--threads", "1"]],
    ["data convert", (output) => ["data", "convert", many, output, "--to", "relata", "--overwrite"]],
    ["train", (output) => ["train", data, "--output", `${output}.model`, ...quick, "--max-steps", "40", "--overwrite"]],
  ];
  test.each(commands)("%s ends by the contract and leaves whole files", async (_, args) => {
    for (const [i, interruptAfter] of moments.entries()) {
      const [signal, expected] = codes[i % codes.length]!;
      const output = place.file("replaced.jsonl", "mine\n");
      const result = await relata(args(output), { interruptAfter, signal });
      const what = `${signal} after ${interruptAfter} ms: ${JSON.stringify(result)}`;
      // Node itself starts before anybody can listen to signals; and the command may be done.
      expect(result.endedBy ?? result.code, what).toSatisfy((end) => end === expected || end === signal || end === 0);
      expect(result.stderr, what).not.toMatch(/Napi|bug in Relata/);
      if (result.code === expected) expect(result.stderr, what).toMatch(/Stopped by|Stopping/);
      expect(parseJsonLines(result.stdout.startsWith("{") ? result.stdout : "").length).toBeLessThanOrEqual(3000);
      const content = readFileSync(output, "utf8");
      if (content !== "mine\n") expect(parseJsonLines(content)).toHaveLength(3000);
      expect(unfinished(), what).toEqual([]);
    }
  });
});

test("a reader that has seen enough ends predict while it scores, without an abort", async () => {
  const { code, stderr } = await relata(["predict", model, many, "--threads", "1"], { stopReading: true });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});
