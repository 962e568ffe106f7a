// relata curve: what it trains, what it writes, and how it goes on where it was stopped.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseJsonLines, relata, Workplace, type CliResult } from "../support/run-cli.ts";

const place = new Workplace();
const data = place.examples("annotations.jsonlines", 12);
const folder = place.path("curve");
const quick = [
  "--model",
  "luke-mini",
  "--encoding",
  "document",
  "--min-steps",
  "2",
  "--epochs",
  "1",
  "--vocab-size",
  "300",
  "--threads",
  "1",
];
const curve = (output: string, ...flags: string[]): Promise<CliResult> =>
  relata(["curve", data, "--output", output, ...quick, ...flags]);

interface Entry {
  readonly model: string;
  readonly documents: number;
  readonly seed: number;
  readonly score: number;
  readonly baseline: number;
  readonly steps: number;
}
interface Curve {
  readonly heldOut: number;
  readonly runs: readonly Entry[];
  readonly lines: readonly { points: { documents: number; mean: number }[]; sentence: string }[];
}
const ledger = (at = folder): Entry[] => parseJsonLines<Entry>(readFileSync(`${at}/curve.jsonl`, "utf8")).slice(1);
const names = (entries: readonly Entry[]): string[] => entries.map(({ documents, seed }) => `${documents} ${seed}`);

let run: CliResult;
beforeAll(async () => {
  run = await curve(folder, "--points", "2,all", "--seeds", "2", "--seed", "5");
});
afterAll(() => place.remove());

describe("a run", () => {
  test("trains every point with every seed, and says what it does", () => {
    expect([run.code, run.stderr]).toEqual([
      0,
      expect.stringContaining("4 runs, scored on the same 2 held-out documents"),
    ]);
    expect(names(ledger())).toEqual(["2 5", "2 6", "10 5", "10 6"]);
    expect(run.stderr).toMatch(/^luke-mini, 2 documents, seed 5: \d\.\d{3}/m);
    for (const { score, baseline, steps } of ledger()) {
      expect(score).toBeGreaterThanOrEqual(0);
      expect(baseline).toBeGreaterThan(0);
      expect(steps).toBeGreaterThanOrEqual(2);
    }
  });

  test("prints a table, a chart and a verdict", () => {
    expect(run.stdout).toMatch(/^documents +● luke-mini +best plain rule$/m);
    expect(run.stdout).toMatch(/^ +2 +\d\.\d{3} \(\d\.\d{3} to \d\.\d{3}\) +\d\.\d{3}$/m);
    expect(run.stdout).toMatch(/^ 1\.00 │/m);
    expect(run.stdout).toMatch(/labels (?:of this kind no longer|still) pay|not certain/);
  });

  test("writes curve.json, curve.svg and the ledger, and leaves no model behind", () => {
    expect(readdirSync(folder).sort()).toEqual(["curve.json", "curve.jsonl", "curve.svg"]);
    const { heldOut, runs, lines } = JSON.parse(readFileSync(`${folder}/curve.json`, "utf8")) as Curve;
    expect([heldOut, names(runs)]).toEqual([2, names(ledger())]);
    for (const { documents, mean } of lines[0]!.points) {
      const scores = ledger().flatMap((entry) => (entry.documents === documents ? [entry.score] : []));
      expect(mean).toBeCloseTo((scores[0]! + scores[1]!) / 2, 12);
    }
    expect(readFileSync(`${folder}/curve.svg`, "utf8")).toMatch(/^<svg\s[^]*<\/svg>\s*$/);
  });
});

describe("going on", () => {
  test("finished runs are taken from the ledger, new points and seeds trained", async () => {
    const before = ledger();
    const { code, stdout, stderr } = await curve(
      folder,
      "--points",
      "2,4,all",
      "--seeds",
      "1",
      "--seed",
      "5",
      "--json",
    );
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("2 runs of them taken from the ledger");
    expect(ledger()).toEqual([...before, expect.objectContaining({ documents: 4, seed: 5 })]);
    expect(names((JSON.parse(stdout) as Curve).runs)).toEqual(["2 5", "4 5", "10 5"]);
  });

  test("a line that was cut short is trained again, and gives the same score", async () => {
    const [header, first, second] = readFileSync(`${folder}/curve.jsonl`, "utf8").split("\n");
    const copy = place.path("copy");
    await curve(copy, "--points", "2", "--seeds", "1", "--seed", "5");
    writeFileSync(`${copy}/curve.jsonl`, [header, first, second!.slice(0, 40)].join("\n"));
    expect((await curve(copy, "--points", "2", "--seeds", "2", "--seed", "5")).code).toBe(0);
    expect(ledger(copy).map(({ score }) => score)).toEqual([2, 2].map((_, i) => ledger()[i]!.score));
  });

  test("with other settings or other data it is refused, naming them; --overwrite begins anew", async () => {
    const { code, stderr } = await curve(folder, "--points", "2", "--seeds", "1", "--seed", "5", "--epochs", "2");
    expect([code, stderr]).toEqual([64, expect.stringContaining("--epochs was 1, now 2")]);
    const other = place.examples("fewer.jsonlines", 11);
    const changed = await relata(["curve", other, "--output", folder, ...quick, "--points", "2", "--seed", "5"]);
    expect([changed.code, changed.stderr]).toEqual([64, expect.stringContaining("its data had other contents")]);
    const anew = await curve(folder, "--points", "2", "--seeds", "1", "--seed", "6", "--overwrite");
    expect([anew.code, names(ledger())]).toEqual([0, ["2 6"]]);
  });

  test("stopped by Ctrl-C, it says that the same command goes on", async () => {
    const output = place.path("stopped");
    const flags = ["--points", "2,all", "--seeds", "1", "--epochs", "3", "--output", output];
    const args = ["curve", data, ...quick, ...flags];
    const stopped = await relata(args, { interruptAt: /2 documents, seed 42: / });
    expect([stopped.code, stopped.stderr]).toEqual([130, expect.stringContaining("The same command goes on")]);
    expect(names(ledger(output))).toEqual(["2 42"]);
    expect(existsSync(`${output}/run`)).toBe(false);
  });
});

test("several models are several lines", async () => {
  const model = place.path("start");
  const tiny = [
    "--model",
    "luke-mini",
    "--encoding",
    "document",
    "--vocab-size",
    "300",
    "--max-steps",
    "1",
    "--threads",
    "1",
  ];
  expect((await relata(["train", data, "--output", model, ...tiny])).code).toBe(0);
  const flags = ["--points", "3", "--seeds", "1", "--model", model];
  const { code, stdout, stderr } = await curve(place.path("two"), ...flags);
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/● luke-mini +▲ /);
  expect(ledger(place.path("two")).map((entry) => entry.model)).toEqual(["luke-mini", model]);
});

test("what cannot be is refused: too many documents, no number, a folder of something else", async () => {
  const points = await curve(place.path("none"), "--points", "5,500");
  expect([points.code, points.stderr]).toEqual([
    64,
    expect.stringContaining("10 documents are not held out, and 500 are more"),
  ]);
  const word = await curve(place.path("none"), "--points", "few");
  expect([word.code, word.stderr]).toEqual([64, expect.stringContaining("expected numbers of documents and all")]);
  const full = place.path("full/");
  await relata(["train", data, "--output", full, ...quick, "--max-steps", "1"]);
  const other = await curve(full, "--points", "2");
  expect([other.code, other.stderr]).toEqual([64, expect.stringContaining("holds no curve.jsonl to go on with")]);
});

test("train draws some documents alike: fewer are some of more, and the held-out ones stay", async () => {
  const texts = async (flags: readonly string[]): Promise<CliResult> =>
    relata(["train", data, "--output", place.path(`draw-${flags.join("")}`), ...quick, "--max-steps", "1", ...flags]);
  const { code, stderr } = await texts(["--train-documents", "4", "--split-seed", "5"]);
  expect(code, stderr).toBe(0);
  expect(stderr).toMatch(/^4 training documents, 2 held out/m);
  const many = await texts(["--train-documents", "11"]);
  expect([many.code, many.stderr]).toEqual([64, expect.stringContaining("10 documents are not held out; found 11")]);
});
