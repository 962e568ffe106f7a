// relata evaluate on annotations with labels that the model was not trained with: each is a miss, named and counted.
import { afterAll, beforeAll, expect, test } from "vitest";
import { fileURLToPath } from "node:url";
import { jsonLines, relata, trainModel, Workplace, type CliResult } from "../support/run-cli.ts";

interface Answer {
  scores: { count: number; relationMicroF1: number; perLabel: { label: string; support: number; predicted: number }[] };
  unknownLabels: { label: string; count: number; nearest?: string }[];
  seconds: number;
}

const place = new Workplace();
const model = place.path("model");
const caseFile = (name: string): string =>
  fileURLToPath(new URL(`../cases/32-evaluate-labels/${name}`, import.meta.url));

const entities = [
  [0, 3, "PER"],
  [8, 11, "PER"],
];
const document = (id: number, label: string): object => ({
  id: `d${id}`,
  text: `Ana met Bob ${id}.`,
  entities,
  relations: [{ head: 0, tail: 1, label }],
});
const evaluate = (file: string, ...flags: string[]): Promise<CliResult> =>
  relata(["evaluate", model, file, "--threads", "1", ...flags]);

beforeAll(async () => {
  const data = place.file(
    "train.jsonl",
    jsonLines(Array.from({ length: 20 }, (_, i) => document(i, i % 2 === 0 ? "met" : "saw"))),
  );
  await trainModel(data, model);
});
afterAll(() => place.remove());

test("labels that the model does not know are misses, with the near spelling pointed out", async () => {
  const { code, stdout, stderr } = await evaluate(caseFile("other.jsonl"), "--json");
  expect(code, stderr).toBe(0);
  const { scores, unknownLabels } = JSON.parse(stdout) as Answer;
  expect(unknownLabels).toEqual([
    { label: "MET", count: 2, nearest: "met" },
    { label: "hired", count: 2 },
  ]);
  expect(scores.count).toBe(16);
  expect(scores.perLabel.map(({ label, support }) => [label, support])).toEqual([
    ["NO_REL", 8],
    ["met", 2],
    ["saw", 2],
    ["MET", 2],
    ["hired", 2],
  ]);
  expect(scores.perLabel.slice(3).map(({ predicted }) => predicted)).toEqual([0, 0]);
  expect(stderr).toContain("with a label that the model was not trained with, counted as misses: 4 of 8 (50.0 %)");
  expect(stderr).toContain(`WARNING: the model does not know 2 labels of the annotations`);
  expect(stderr.replaceAll(/\s+/g, " ")).toContain(`"MET" 2 (in other letter case the model's "met"), "hired" 2`);
});

test("leaving out invalid documents leaves out none of these", async () => {
  const plain = await evaluate(caseFile("other.jsonl"), "--json");
  const skipping = await evaluate(caseFile("other.jsonl"), "--json", "--skip-invalid");
  const answer = ({ stdout }: CliResult): object => ({ ...(JSON.parse(stdout) as Answer), seconds: 0 });
  expect(answer(skipping)).toEqual(answer(plain));
});

test("the tables have a row for each of them", async () => {
  const { code, stdout } = await evaluate(caseFile("other.jsonl"));
  expect(code).toBe(0);
  expect(stdout).toMatch(/^hired +0\.000 +0\.000 +0\.000 +2 +0\b/m);
  expect(stdout.replaceAll(/\s+/g, " ")).toMatch(/loss: [^:]*pairs whose label the model does not know left out/);
});

test("a known label spelled with white space around it is known", async () => {
  const file = place.file("blanks.jsonl", jsonLines([document(1, " met "), document(2, "saw")]));
  const { code, stdout } = await evaluate(file, "--json");
  expect(code).toBe(0);
  expect((JSON.parse(stdout) as Answer).unknownLabels).toEqual([]);
});

test("where no label is known the run says so and fails", async () => {
  const { code, stdout, stderr } = await evaluate(caseFile("disjoint.jsonl"), "--skip-invalid");
  expect({ code, stdout }).toEqual({ code: 65, stdout: "" });
  expect(stderr.replaceAll(/\s+/g, " ")).toContain(
    'not one of the 8 annotated relations has a label of the model, so nothing can be scored: the annotations have "hired" 8; the model has "met", "saw"',
  );
});

test("annotations without any relation are scored: every pair is one without", async () => {
  const file = place.file("none.jsonl", jsonLines([{ ...document(1, ""), relations: [] }]));
  const { code, stdout, stderr } = await evaluate(file, "--json");
  expect(code, stderr).toBe(0);
  expect((JSON.parse(stdout) as Answer).scores.count).toBe(2);
});
