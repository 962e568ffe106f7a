// A sweep of two-step trainings: what it leaves, that it goes on without repeating, and that no trial touches the test part.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sweepConfig } from "../src/experiment/settings.ts";
import { drain } from "../src/generators.ts";
import { sweep, type SweepEvent, type SweepResult } from "../src/recipes/sweep.ts";
import { Workplace } from "./support/run-cli.ts";

const place = new Workplace();
const data = place.examples("annotations.jsonlines", 14);
const space = place.path("space.yaml");
writeFileSync(space, "learningRate: { logUniform: [1e-4, 1e-2] }\ndropout: { choice: [0, 0.1, 0.2] }\n");
const quick = {
  model: "luke-mini",
  vocabSize: 300,
  threads: 1,
  maxSteps: 3,
  testSize: 0.2,
  validationSize: 0.2,
  seed: 5,
} as const;

interface Told {
  readonly result: SweepResult;
  readonly events: readonly SweepEvent[];
}
async function swept(output: string, trials: number, searched = space): Promise<Told> {
  const events: SweepEvent[] = [];
  const config = sweepConfig.parse({ ...quick, sweep: searched, trials, output });
  const result = await drain(sweep([data], config), (event) => void events.push(event));
  return { result, events };
}

const folder = place.path("sweep");
let first: Told;
beforeAll(async () => {
  first = await swept(folder, 3);
});
afterAll(() => place.remove());

const of = (events: readonly SweepEvent[], type: string): number =>
  events.filter((event) => event.type === "train" && event.event.type === type).length;

test("trials are halved, compared on the validation part, and only the model is scored on the test part", () => {
  const { result, events } = first;
  expect(result.trials.map(({ trial, share, steps }) => [trial, share, steps])).toEqual([
    ...[1, 2, 3].map((trial) => [trial, 1 / 3, 1]),
    [result.best.trial, 1, 3],
  ]);
  const short = result.trials.slice(0, 3).map(({ score }) => score!);
  expect(short[result.best.trial - 1]).toBe(Math.max(...short));
  expect(result.final.part).toBe("test");
  const finals = events.findLastIndex((event) => event.type === "run");
  expect(of(events.slice(0, finals), "testing")).toBe(0);
  expect(of(events.slice(finals), "testing")).toBeGreaterThan(0);
  expect(readdirSync(folder).sort()).toEqual(["best.yaml", "model", "sweep.json", "trials.jsonl"]);
});

test("it goes on with the runs that are missing, and ends as if nothing had been", async () => {
  const output = place.path("cut");
  mkdirSync(output);
  const lines = readFileSync(`${folder}/trials.jsonl`, "utf8").split("\n");
  // The ledger after two of the trials, and a third line that was cut short.
  writeFileSync(`${output}/trials.jsonl`, `${lines.slice(0, 3).join("\n")}\n${lines[3]!.slice(0, 20)}`);
  const { events, result } = await swept(output, 3);
  expect(events.flatMap((event) => (event.type === "run" ? [event.run.trial] : []))).toEqual([
    3,
    result.best.trial,
    result.best.trial,
  ]);
  const scores = ({ trials, final }: SweepResult) => [...trials.map(({ score }) => score), final];
  expect(scores(result)).toEqual(scores(first.result));
  const bestOf = (at: string): string => readFileSync(`${at}/best.yaml`, "utf8");
  expect(bestOf(output)).toBe(bestOf(folder));
});

test("a finished sweep trains nothing again, and another space is refused", async () => {
  const { events } = await swept(folder, 3);
  expect(events.map(({ type }) => type)).toEqual(["plan"]);
  writeFileSync(place.path("other.yaml"), "dropout: { choice: [0, 0.1] }\n");
  await expect(swept(folder, 3, place.path("other.yaml"))).rejects.toThrow("--sweep was");
});
