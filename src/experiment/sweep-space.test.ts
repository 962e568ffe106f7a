import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { trainConfig } from "../config.ts";
import { ranked, roundsOf, type SweepEntry } from "./sweep-result.ts";
import { readSpace, samplesOf, trialConfig, type Space } from "./sweep-space.ts";

const folder = mkdtempSync(join(tmpdir(), "relata-space-"));
afterAll(() => rmSync(folder, { recursive: true }));
const spaceOf = (text: string): Promise<Space> => {
  const path = join(folder, "space.yaml");
  writeFileSync(path, text);
  return readSpace(path);
};

const text = `
learningRate: { logUniform: [1e-5, 1e-2] }
dropout: { uniform: [0.05, 0.45] }
batchSize: { uniform: [1, 40] }
pairFeatures: { choice: [states, product] }
`;

test("values are within their limits, whole where they must be, and spread as the kind of range says", async () => {
  const samples = samplesOf(await spaceOf(text), 600, 7);
  expect(samples).toHaveLength(600);
  const of = (key: string): number[] => samples.map((sample) => Number(sample[key]));
  const share = (values: number[], below: number): number => values.filter((value) => value < below).length / 600;
  expect(Math.min(...of("learningRate"))).toBeGreaterThanOrEqual(1e-5);
  expect(Math.max(...of("learningRate"))).toBeLessThanOrEqual(1e-2);
  // A third of a logarithmic range of three decades is below its first.
  expect(Math.abs(share(of("learningRate"), 1e-4) - 1 / 3)).toBeLessThan(0.06);
  expect(Math.abs(share(of("dropout"), 0.15) - 1 / 4)).toBeLessThan(0.06);
  expect(of("batchSize").every(Number.isInteger)).toBe(true);
  expect(new Set(samples.map((sample) => sample["pairFeatures"]))).toEqual(new Set(["states", "product"]));
});

test("the seed decides, more trials begin as fewer do, and no two are alike", async () => {
  const space = await spaceOf(text);
  expect(samplesOf(space, 5, 1)).toEqual(samplesOf(space, 9, 1).slice(0, 5));
  expect(samplesOf(space, 5, 1)).not.toEqual(samplesOf(space, 5, 2));
  const small = await spaceOf("epochs: { choice: [1, 2] }\nlora: { choice: [true, false] }");
  expect(samplesOf(small, 16, 1)).toHaveLength(4);
});

test.each([
  ["learningrate: { choice: [1, 2] }", 'Did you mean "learningRate"?'],
  ["seed: { choice: [1, 2] }", "is the same for all trials"],
  ["testSize: { uniform: [0.1, 0.2] }", "give it by --test-size"],
  ["dropout: 0.1", "expected { choice: [a, b] }, { uniform: [least, greatest] }"],
  ["dropout: { uniform: [0.3, 0.1] }", '"dropout": expected'],
  ["learningRate: { logUniform: [0, 1] }", '"learningRate": expected'],
  ["dropout: { uniform: [0, 1.5] }", "1.5 cannot be used"],
  ["pairFeatures: { choice: [states, stats] }", '"stats" cannot be used'],
  ["{}", "it is empty"],
])("%s is refused by its name", async (wrong, message) => {
  await expect(spaceOf(wrong)).rejects.toThrow(message);
});

test("a setting is given in one place, and all trials have the same parts", () => {
  const config = trainConfig.parse({ output: "x", dropout: 0.3, seed: 9 });
  expect(() => trialConfig(config, { dropout: 0.1 }, "y")).toThrow("--dropout is 0.3 and is searched over");
  expect(trialConfig(config, { epochs: 2 }, "y")).toMatchObject({ epochs: 2, splitSeed: 9, output: "y", saveSteps: 0 });
});

test("a third goes on from round to round, trained three times as long, the last on all steps", () => {
  expect(roundsOf(2)).toEqual([{ trials: 2, share: 1 }]);
  expect(roundsOf(4)).toEqual([
    { trials: 4, share: 1 / 3 },
    { trials: 2, share: 1 },
  ]);
  expect(roundsOf(16)).toEqual([
    { trials: 16, share: 1 / 9 },
    { trials: 6, share: 1 / 3 },
    { trials: 2, share: 1 },
  ]);
  expect(roundsOf(100).map(({ trials }) => trials)).toEqual([100, 34, 12]);
});

test("runs that failed come last, and of equal ones the earlier first; of losses the least is best", () => {
  const entry = (trial: number, score: number | null): SweepEntry => ({
    trial,
    score,
    settings: {},
    share: 1,
    isFinal: false,
    steps: 1,
    seconds: 1,
  });
  const runs = [entry(1, null), entry(2, 0.5), entry(3, 0.7), entry(4, 0.5)];
  const order = (metric: "macro_f1" | "loss"): number[] => ranked(runs, metric).map(({ trial }) => trial);
  expect(order("macro_f1")).toEqual([3, 2, 4, 1]);
  expect(order("loss")).toEqual([2, 4, 3, 1]);
});
