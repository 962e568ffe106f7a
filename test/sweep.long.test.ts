// A sweep that is killed goes on, and its best settings train the same model again.
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { trainConfig } from "../src/config.ts";
import { resolveWithFile } from "../src/resolve-config.ts";
import { sweepConfig } from "../src/experiment/settings.ts";
import { drain } from "../src/generators.ts";
import { sweep, type SweepEvent, type SweepResult } from "../src/recipes/sweep.ts";
import { train } from "../src/recipes/train.ts";
import { digestsOf, parseJsonLines, relata, Workplace } from "./support/run-cli.ts";

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

const ledger = (at: string): { trial: number; isFinal: boolean }[] =>
  parseJsonLines<{ trial: number; isFinal: boolean }>(readFileSync(`${at}/trials.jsonl`, "utf8")).slice(1);
test("the best settings are a config file, and train the same model again", async () => {
  const output = place.path("again");
  const { config, sources } = await resolveWithFile(trainConfig, { output }, `${folder}/best.yaml`);
  expect(config).toMatchObject({ ...first.result.best.settings, model: "luke-mini", maxSteps: 3, splitSeed: 5 });
  expect(sources["learningRate"]).toBe("file");
  await drain(train([data], { ...config, threads: 1 }));
  const [ofSweep, again] = [`${folder}/model`, output].map((model) => digestsOf(model)["model.safetensors"]);
  expect(ofSweep).toBe(again);
});

test("after kill -9 it goes on with the runs that are missing, and ends as if nothing had been", async () => {
  const output = place.path("killed");
  const flags = ["--sweep", space, "--trials", "3", "--output", output, "--model", "luke-mini", "--vocab-size", "300"];
  const all = [
    ...flags,
    "--threads",
    "1",
    "--max-steps",
    "3",
    "--test-size",
    "0.2",
    "--validation-size",
    "0.2",
    "--seed",
    "5",
  ];
  const killed = await relata(["train", data, ...all], { interruptAt: /trial 2: 0\./, signal: "SIGKILL" });
  expect(killed.endedBy).toBe("SIGKILL");
  const before = ledger(output);
  expect(before.slice(0, 2).map(({ trial }) => trial)).toEqual([1, 2]);
  const { events, result } = await swept(output, 3);
  expect(events.filter(({ type }) => type === "run")).toHaveLength(5 - before.length);
  expect(ledger(output).slice(0, before.length)).toEqual(before);
  const scores = ({ trials, final }: SweepResult) => [...trials.map(({ score }) => score), final];
  expect(scores(result)).toEqual(scores(first.result));
  expect(readFileSync(`${output}/best.yaml`, "utf8")).toBe(readFileSync(`${folder}/best.yaml`, "utf8"));
});
