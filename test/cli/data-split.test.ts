// Parts and folds of annotation files: files of their own format, whole groups, the same whatever the order.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import {
  digestsOf,
  jsonLines,
  parseJsonLines,
  relata,
  Workplace,
  type CliResult,
  type ExampleLine,
} from "../support/run-cli.ts";

const place = new Workplace();
afterAll(() => place.remove());
const data = place.examples("annotations.jsonlines", 40);
const split = (...args: string[]): Promise<CliResult> => relata(["data", "split", ...args], { cwd: place.folder });
const idsIn = (file: string): string[] =>
  parseJsonLines<Partial<ExampleLine> & { id?: string }>(readFileSync(place.path(file), "utf8")).map(
    ({ item, id }) => item?.uuid ?? id!,
  );
const all = idsIn("annotations.jsonlines");

test("three parts by default, in the format of the file, every document in one", async () => {
  const { code, stdout, stderr } = await split(data, "--output", "default");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(readdirSync(place.path("default"))).toEqual(["dev.jsonlines", "test.jsonlines", "train.jsonlines"]);
  const parts = ["train", "dev", "test"].map((name) => idsIn(`default/${name}.jsonlines`));
  expect(parts.map(({ length }) => length)).toEqual([32, 4, 4]);
  expect(parts.flat().sort()).toEqual([...all].sort());
  for (const ids of parts) expect(ids).toEqual(all.filter((id) => ids.includes(id)));
  expect(stdout).toMatch(/^documents +32 \(80\.0 %\) +4 \(10\.0 %\) +4 \(10\.0 %\)$/m);
  expect(stdout).toMatch(/^WHO_DO +\d+ \(\d+\.\d %\)/m);
  expect(stdout).toContain("dev: default/dev.jsonlines\n");
});

test("the same seed gives the same parts whatever the order of the files, another seed others", async () => {
  const lines = readFileSync(data, "utf8").trimEnd().split("\n");
  const [first, second] = [lines.slice(0, 15), lines.slice(15)].map((part, i) =>
    place.file(`half-${i}.jsonlines`, `${part.join("\n")}\n`),
  );
  for (const [output, files, seed] of [
    ["forth", [first!, second!], "7"],
    ["back", [second!, first!], "7"],
    ["other", [first!, second!], "8"],
  ] as const) {
    expect(await split(...files, "--output", output, "--seed", seed)).toMatchObject({ code: 0 });
  }
  const parts = (output: string): string[][] =>
    ["train", "dev", "test"].map((name) => idsIn(`${output}/${name}.jsonlines`).sort());
  expect(parts("back")).toEqual(parts("forth"));
  expect(parts("other")).not.toEqual(parts("forth"));
});

test("folds: each document tests once, and trains all the others", async () => {
  const { code, stdout, stderr } = await split(data, "--output", "folds", "--folds", "4", "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const result = JSON.parse(stdout) as { parts: { name: string; documents: number; path: string }[] };
  expect(result.parts.map(({ name, documents, path }) => [name, documents, path])).toEqual(
    [1, 2, 3, 4].map((i) => [`fold-${i}`, 10, `folds/fold-${i}`]),
  );
  const tests = result.parts.map(({ path }) => idsIn(`${path}/test.jsonlines`));
  expect(tests.flat().sort()).toEqual([...all].sort());
  for (const [i, { path }] of result.parts.entries()) {
    expect(idsIn(`${path}/train.jsonlines`)).toEqual(all.filter((id) => !tests[i]!.includes(id)));
  }
});

describe("what belongs together", () => {
  const line = (id: number, change: object): object => ({
    id: `d${id}`,
    text: `Le colis ${id} part.`,
    entities: [],
    ...change,
  });
  const threads = Array.from({ length: 30 }, (_, i) => line(i, { metadata: { mail: { thread: `t${i % 10}` } } }));

  test("a group is never cut, and one that is too large is told", async () => {
    const large = Array.from({ length: 20 }, (_, i) => line(100 + i, { metadata: { mail: { thread: "large" } } }));
    const input = place.file("threads.jsonl", jsonLines([...threads, ...large, line(200, {})]));
    const flags = ["--group-by", "metadata.mail.thread", "--parts", "a=0.35,b=0.35,c=0.3"];
    const { code, stderr } = await split(input, "--output", "threads", ...flags);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("documents without metadata.mail.thread, grouped by their text alone: 1 of 51 (2.0 %)");
    expect(stderr).toContain("groups of documents larger than the share of their part, kept whole: 1 of 12 (8.3 %)");
    expect(stderr).toContain(`(20 documents in "`);
    const parts = ["a", "b", "c"].map((name) =>
      parseJsonLines<{ metadata?: { mail: { thread: string } } }>(
        readFileSync(place.path(`threads/${name}.jsonl`), "utf8"),
      ).flatMap(({ metadata }) => metadata?.mail.thread ?? []),
    );
    const distinct = parts.map((part) => [...new Set(part)]);
    expect(distinct.flat()).toHaveLength(11);
  });

  test("texts that are equal but for white space and case", async () => {
    const twins = threads.flatMap((one, i) => [one, line(50 + i, { text: ` le  COLIS\n${i} part. ` })]);
    const input = place.file("twins.jsonl", jsonLines(twins));
    expect(await split(input, "--output", "twins", "--parts", "a=0.5,b=0.5", "--no-stratify")).toMatchObject({
      code: 0,
    });
    const plain = (name: string): string[] =>
      parseJsonLines<{ text: string }>(readFileSync(place.path(`twins/${name}.jsonl`), "utf8")).map(({ text }) =>
        text.toLowerCase().replace(/\s+/g, " ").trim(),
      );
    expect(plain("a").filter((text) => plain("b").includes(text))).toEqual([]);
    expect(plain("a")).toHaveLength(30);
  });
});

test("a folder of files is split into folders", async () => {
  expect(await relata(["data", "convert", data, place.path("brat"), "--to", "brat"])).toMatchObject({ code: 0 });
  expect(await split("brat", "--output", "brat-parts", "--parts", "a=0.5,b=0.5")).toMatchObject({ code: 0 });
  const names = ["a", "b"].map((part) =>
    readdirSync(place.path(`brat-parts/${part}`)).filter((name) => name.endsWith(".txt")),
  );
  expect(names.map(({ length }) => length)).toEqual([20, 20]);
});

describe("the output folder", () => {
  test("that is not empty is kept, unless its parts may be replaced", async () => {
    mkdirSync(place.path("full"));
    writeFileSync(place.path("full/train.jsonlines"), "mine\n");
    const before = digestsOf(place.path("full"));
    expect(await split(data, "--output", "full")).toMatchObject({
      code: 64,
      stderr: expect.stringContaining("The output folder full is not empty: it holds train.jsonlines.") as string,
    });
    expect(digestsOf(place.path("full"))).toEqual(before);
    expect(await split(data, "--output", "full", "--overwrite")).toMatchObject({ code: 0 });
    expect(idsIn("full/train.jsonlines")).toHaveLength(32);
    writeFileSync(place.path("full/thesis.tex"), "mine\n");
    expect(await split(data, "--output", "full", "--overwrite")).toMatchObject({
      code: 64,
      stderr: expect.stringContaining("holds other files than those that would replace them: thesis.tex.") as string,
    });
    expect(idsIn("full/train.jsonlines")).toHaveLength(32);
  });

  test("is not made for bad data", async () => {
    const one = place.examples("one.jsonlines", 1);
    expect(await split(one, "--output", "made/not")).toMatchObject({
      code: 65,
      stderr: expect.stringContaining("cannot split into 3 parts") as string,
    });
    expect(readdirSync(place.path("made"))).toEqual([]);
  });
});

const other = place.file("other.jsonl", jsonLines([{ id: "x", text: "Le colis.", entities: [] }]));
test.each([
  ["several formats", [data, other], "The files are of several formats (annotto, relata)"],
  ["one fold", [data, "--folds", "1"], "--folds: expected at least 2, found 1"],
  ["shares that are not 1 together", [data, "--parts", "a=0.5,b=0.4"], "found a=0.5,b=0.4, together 0.9."],
  ["a key that no document has", [data, "--group-by", "metadata.thread"], 'the keys "language"'],
  ["no output", [data], "--output is missing"],
])("%s", async (_, args, message) => {
  const output = args.includes("--output") || message.startsWith("--output") ? [] : ["--output", "unused"];
  const { code, stdout, stderr } = await split(...args, ...output);
  expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
  expect(stderr).toContain(message);
  expect(readdirSync(place.folder)).not.toContain("unused");
});
