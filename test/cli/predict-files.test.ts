// relata predict on files: read as every other command reads them, and what people should know of the answers.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jsonLines, parseJsonLines, relata, trainModel, Workplace, type CliResult } from "../support/run-cli.ts";

interface Answer {
  id: string;
  text: string;
  entities: { start: number; end: number; type: string; text: string }[];
  relations: { head: number; tail: number; label: string; unscored?: string }[];
  unscoredPairs?: number;
}

const place = new Workplace();
const model = place.path("model");
const own = (name: string): string => fileURLToPath(new URL(`../cases/31-predict-jsonl/${name}`, import.meta.url));
const text = (name: string): string =>
  fileURLToPath(new URL(`../cases/30-text-file-for-predict/${name}`, import.meta.url));

const predict = (args: readonly string[], input?: string): Promise<CliResult> =>
  relata(["predict", model, "--threads", "1", ...args], input === undefined ? {} : { input });
const surfaces = ({ stdout }: CliResult): string[][] =>
  parseJsonLines<Answer>(stdout).map(({ entities }) => entities.map((entity) => entity.text));

beforeAll(async () => {
  await trainModel(place.examples("annotations.jsonlines", 6), model, ["--max-steps", "1"]);
});
afterAll(() => place.remove());

describe("lines of our own are read as by train, evaluate and convert", () => {
  test.each([own("silent.jsonl"), text("pyemoji.jsonl")])(
    "recorded texts decide what offsets count: %s",
    async (file) => {
      const run = await predict([file]);
      expect(run.code, run.stderr).toBe(0);
      expect(surfaces(run)).toEqual([["John", "Acme"]]);
      expect(run.stderr).toContain("documents whose offsets count other units");
    },
  );

  test("and so on standard input", async () => {
    expect(surfaces(await predict(["-"], readFileSync(own("silent.jsonl"), "utf8")))).toEqual([["John", "Acme"]]);
  });

  test("a bad line on standard input ends the command, though more might come", async () => {
    const run = await relata(["predict", model, "-"], { input: '{"text": 5}\n', keepInputOpen: true });
    expect(run).toMatchObject({ code: 65, endedBy: null });
    expect(run.stderr).toContain("standard input:1");
  });

  test("--offset-unit says it by hand, from a file and from standard input", async () => {
    const lines = jsonLines([{ text: "🙂 John works at Acme.", entities: [[2, 6], [16, 20]] }]); // prettier-ignore
    const run = await predict([place.file("bare.jsonl", lines), "--offset-unit", "code-point"]);
    expect(surfaces(run)).toEqual([["John", "Acme"]]);
    expect(surfaces(await predict(["-", "--offset-unit", "code-point"], lines))).toEqual([["John", "Acme"]]);
  });

  test("[start, end, type] has a type", async () => {
    const run = await predict([own("triples.jsonl")]);
    expect(run.code, run.stderr).toBe(0);
    expect(parseJsonLines<Answer>(run.stdout)[0]!.entities.map(({ type }) => type)).toEqual(["PER", "ORG"]);
  });

  test("a bad line is named before anything is answered; with --skip-invalid the others are", async () => {
    const refused = await predict([own("idnum.jsonl")]);
    expect(refused).toMatchObject({ code: 65, stdout: "" });
    expect(refused.stderr).toContain("idnum.jsonl:2: expected one JSON object on this line");
    expect(refused.stderr).toContain("--skip-invalid");

    const run = await predict([own("idnum.jsonl"), "--skip-invalid"]);
    expect(run.code, run.stderr).toBe(0);
    expect(parseJsonLines<Answer>(run.stdout).map(({ id }) => id)).toEqual(["a/1", "3"]);
    expect(run.stderr).toContain("invalid documents, left out: 1 of 3 (33.3 %), at ");
    expect(run.stderr).toContain("texts with one entity, so without a pair to answer for: 1 of 2");
  });

  test("the pairs that are asked for, in a packed file too", async () => {
    const asking = jsonLines([{ text: "Ana met Bob.", entities: [[0, 3], [8, 11]], pairs: [[1, 0]] }]); // prettier-ignore
    const run = await predict([place.file("asking.jsonl.gz", gzipSync(asking))]);
    expect(run.code, run.stderr).toBe(0);
    const [answer] = parseJsonLines<Answer>(run.stdout);
    expect(answer!.relations.map(({ head, tail }) => [head, tail])).toEqual([[1, 0]]);
  });
});

describe("what people should know", () => {
  test.each([
    ["plain.txt", /Relata says how given entities are related, and finds none itself/],
    ["noents.jsonl", /key entities: expected a list, found nothing.*finds none itself/],
    ["off.jsonl", /off\.jsonl:2: entity: span \[20, 99\) "Acme\." lies outside the text/],
    ["tokens.jsonl", /tokens\.jsonl:1: entity: span \[4, 4\) is empty/],
  ])("%s is refused before anything is answered", async (name, message) => {
    const run = await predict([text(name)]);
    expect(run).toMatchObject({ code: 65, stdout: "" });
    expect(run.stderr).toMatch(message);
  });

  test("spans that cut words, on a file and on --text", async () => {
    const run = await predict([text("off.jsonl"), "--skip-invalid"]);
    expect(run.code).toBe(0);
    expect(surfaces(run)).toEqual([
      ["John Smit", " Acme"],
      ["John Smith", "Acme"],
    ]);
    expect(run.stderr).toMatch(/entities whose span cuts a word, answered as given; .*--offset-unit.*: \d of 4/);
    const flags = await predict(["--text", "John Smith works at Acme.", "--span", "0:9", "--span", "20:24"]);
    expect(flags.stderr).toContain(
      'spans that cut a word, answered as given: 1 of 2 (50.0 %), at the text ("John Smit"',
    );
  });

  test("pairs too far apart to be scored, with --relations-only too", async () => {
    const run = await predict([text("long.jsonl")]);
    expect(run.code).toBe(0);
    const message = /pairs not scored, so that nothing is known of them: (\d+) of \d+/;
    const unscored = parseJsonLines<Answer>(run.stdout)[0]!.relations.filter((pair) => pair.unscored !== undefined);
    expect(unscored.length).toBeGreaterThan(0);
    expect(message.exec(run.stderr)?.[1]).toBe(String(unscored.length));

    const only = await predict([text("long.jsonl"), "--relations-only"]);
    expect(parseJsonLines<Answer>(only.stdout)[0]).toMatchObject({ relations: [], unscoredPairs: unscored.length });
    expect(message.exec(only.stderr)?.[1]).toBe(String(unscored.length));
  });

  test("texts without entities, and what to do", async () => {
    const lines = jsonLines([{ text: "John naps.", entities: [] }, { text: "I go", entities: [[0, 1], [2, 4]] }]); // prettier-ignore
    const run = await predict([place.file("bare-texts.jsonl", lines)]);
    expect(run.code).toBe(0);
    expect(run.stderr).toMatch(
      /texts without entities, so without an answer: .*finds none itself; mark them .*: 1 of 2/,
    );
  });

  test("nested and repeated spans are answered in silence", async () => {
    const run = await predict([text("nested.jsonl")]);
    expect(run.code).toBe(0);
    expect(parseJsonLines<Answer>(run.stdout)[0]!.relations).toHaveLength(20);
    expect(run.stderr).toMatch(/^1 text in /);
  });
});

describe("a flag that does nothing is an error", () => {
  test.each([
    [["--token-ends", "inclusive"], "--token-ends does nothing here: it is about files of tacred"],
    [["--json"], "--json belongs to --text"],
    [["--overwrite"], "--overwrite is about the output of --to or --html, which were not given."],
    [["--to-fields", "text=body"], "--to-fields is about the output of --to"],
  ])("%j with a file", async (flags, message) => {
    const run = await predict([own("triples.jsonl"), ...flags]);
    expect(run).toMatchObject({ code: 64, stdout: "" });
    expect(run.stderr).toContain(message);
  });

  test.each([["--offset-unit", "code-point"], ["--skip-invalid"], ["--format", "relata"]])(
    "%s with --text",
    async (...flags) => {
      const run = await predict(["--text", "I go", "--span", "0:1", "--span", "2:4", ...flags]);
      expect(run).toMatchObject({ code: 64, stdout: "" });
      expect(run.stderr).toContain(`${flags[0]} is about files and does nothing for --text`);
    },
  );
});
