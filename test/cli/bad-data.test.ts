// Data that cannot be used: each fault has its exit code and is told with its place.
import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  exampleDocuments,
  jsonLines,
  quick,
  relata,
  trainModel,
  Workplace,
  type CliResult,
  type ExampleLine,
} from "../support/run-cli.ts";

const place = new Workplace();
const model = place.path("model");
const skipHint = "or leave such documents out with --skip-invalid";

beforeAll(async () => {
  const data = place.examples("good.jsonlines", 6);
  await trainModel(data, model);
});
afterAll(() => place.remove());

/** Runs in the folder of the data, so that messages name files as they were given. */
const run = (...args: string[]): Promise<CliResult> => relata(args, { cwd: place.folder });
/** Trains in vain: no folder is left behind. */
async function train(...args: string[]): Promise<CliResult> {
  const result = await run("train", ...args, "--output", "unused/model", ...quick);
  expect(existsSync(place.path("unused"))).toBe(false);
  return result;
}
const entitiesOf = (line: ExampleLine): ExampleLine["annotation"]["ner"]["Entities"]["entities"] =>
  line.annotation.ner.Entities.entities;

describe("a line that is wrong stops training", () => {
  const spoilt: [string, (lines: ExampleLine[]) => void, number, string][] = [
    ["a key is missing", ([, , third]) => delete third!.item.data.text, 3, "key item.data.text: expected a string"],
    ["a span is outside", ([, second]) => (entitiesOf(second!)[1]!.end_char = 999), 2, "lies outside the text"],
    [
      "a relation of no entity",
      ([first]) => (first!.annotation.ner.relations[0]!.dest = 77),
      1,
      "cites entity 77, which does not exist",
    ],
  ];
  test.each(spoilt)("%s", async (name, spoil, line, message) => {
    place.examples("spoilt.jsonlines", 4, spoil);
    const { code, stdout, stderr } = await train("spoilt.jsonlines");
    expect({ code, stdout }).toEqual({ code: 65, stdout: "" });
    expect(stderr, name).toContain(`relata: spoilt.jsonlines:${line}: `);
    expect(stderr).toContain(message);
    expect(stderr).toContain(skipHint);
  });

  test("not JSON; with --skip-invalid it is counted and training goes on", async () => {
    const [first, ...others] = exampleDocuments(6);
    delete others[2]!.item.data.text;
    place.file("spoilt.jsonlines", `${jsonLines([first])}{"item": nonsense\n${jsonLines(others)}`);
    const refused = await train("spoilt.jsonlines");
    expect(refused).toMatchObject({ code: 65, stdout: "" });
    expect(refused.stderr).toContain("relata: spoilt.jsonlines:2: expected one JSON object on this line");

    const { code, stderr } = await run("train", "spoilt.jsonlines", "--output", "skipped", ...quick, "--skip-invalid");
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("invalid documents, left out: 2 of 7 (28.6 %), at spoilt.jsonlines:2 (");
    expect(stderr).toContain(", spoilt.jsonlines:5 (key item.data.text: ");
    expect(stderr).toMatch(/^4 training documents, 1 held out/m);
  });
});

describe("a file that gives nothing to learn", () => {
  test.each([
    ["empty", "", "the file is empty"],
    ["of no known format", "hello\n", 'it looks like plain text, "hello"'],
    [
      "without a relation",
      jsonLines(exampleDocuments(4).map((line) => ((line.annotation.ner.relations = []), line))),
      'no relation in 4 documents: expected at least one between two different entities, with a label other than "NO_REL"',
    ],
    ["of one document", jsonLines(exampleDocuments(1)), "at least two different texts, found 1 document."],
  ])("%s", async (_, content, message) => {
    place.file("poor.jsonlines", content);
    const { code, stdout, stderr } = await train("poor.jsonlines");
    expect({ code, stdout }).toEqual({ code: 65, stdout: "" });
    expect(stderr).toContain("relata: poor.jsonlines: ");
    expect(stderr).toContain(message);
    expect(stderr).not.toContain(skipHint);
  });

  test.each([
    [
      "JSON Lines with another key",
      '{"text": "Ana met Bob", "entities": [[0, 3], [8, 11]], "relation": [{"head": 0, "tail": 1, "label": "met"}]}\n{"text": "Zoe", "entities": [[0, 1], [1, 3]]}\n',
      /Found: keys that the format does not have, not read: 1, at poor\.jsonlines:1 \("relation"\)\. .*rename it .* "relations"\./,
    ],
  ])("%s: the relations stay unread, and why is said", async (_, content, message) => {
    place.file("poor.jsonlines", content);
    const { code, stdout, stderr } = await train("poor.jsonlines");
    expect({ code, stdout }).toEqual({ code: 65, stdout: "" });
    expect(stderr).toMatch(/no relation in \d documents?: expected at least one/);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain("files of columns");
  });

  test.each([
    [
      "misspelt",
      "relaton",
      'column "relaton" looks like "relation"; its columns are "text", "head", "tail", "relaton"',
    ],
    ["of another name", "Predicate", 'column "Predicate" may be meant for it;'],
    [
      "missing",
      "score",
      'its columns are "text", "head", "tail", "score". Name the one that does: --fields label=COLUMN.',
    ],
  ])("a table whose column of labels is %s", async (_, name, message) => {
    // The second row is bad as well: the column is named first.
    place.file("poor.csv", `text,head,tail,${name}\nAna met Bob,Ana,Bob,MET\nZoe saw Max,Nobody,Max,SAW\n`);
    const trained = await train("poor.csv");
    const evaluated = await run("evaluate", model, "poor.csv", "--threads", "1");
    const checked = await run("data", "check", "poor.csv");
    for (const { code, stderr } of [trained, evaluated]) {
      expect(code, stderr).toBe(65);
      expect(stderr).toContain('relata: poor.csv:1: the table has no column "label" or "relation", which says how');
      expect(stderr).toContain(message);
    }
    expect(checked.code).toBe(65);
    expect(checked.stdout).toMatch(/error {2}records that cannot be read: 1/);
    expect(checked.stdout).toMatch(/^error {2}tables without a column "label" or "relation": 1/);
    expect(checked.stdout.replaceAll(/\s+/g, " ")).toContain(message.split(". ")[0]);
  });

  test("missing", async () => {
    const { code, stderr } = await train("nowhere.jsonlines");
    expect(code, stderr).toBe(66);
    expect(stderr).toContain("relata: nowhere.jsonlines: no such file. Check the path");
  });
});

test("evaluation counts a label that the model does not know as a miss, with its place and the near spelling", async () => {
  place.examples("unknown.jsonlines", 2, ([first]) => (first!.annotation.ner.relations[0]!.label = "WHO_DOES"));
  const { code, stderr } = await run("evaluate", model, "unknown.jsonlines", "--threads", "1");
  expect(code, stderr).toBe(0);
  expect(stderr).toContain(', at unknown.jsonlines:1 ("WHO_DOES")');
  expect(stderr).toContain('"WHO_DOES" 1 (did you mean "WHO_DO"?)');
});

describe("predict", () => {
  const good = '{"text": "I go", "entities": [[0, 1], [2, 4]]}\n';
  const predict = (...args: string[]): Promise<CliResult> => run("predict", model, "--threads", "1", ...args);

  test.each([
    ["not JSON", "{nonsense", "expected one JSON object on this line"],
    ["a span outside", '{"text": "I go", "entities": [[0, 1], [2, 5]]}', 'span [2, 5) "go" lies outside the text'],
  ])(
    "tells a bad line of a file before any answer, of standard input after those before it: %s",
    async (_, bad, message) => {
      const lines = `${good}${good}\n${bad}\n${good}`;
      place.file("texts.jsonl", lines);
      const refused = await predict("texts.jsonl");
      expect(refused).toMatchObject({ code: 65, stdout: "" });
      expect(refused.stderr).toContain("relata: texts.jsonl:4: ");
      expect(refused.stderr).toContain(message);
      expect(refused.stderr).toContain(skipHint);

      const args = ["predict", model, "--threads", "1", "-"];
      const { code, stdout, stderr } = await relata(args, { cwd: place.folder, input: lines });
      expect(code, stderr).toBe(65);
      expect(stderr).toContain("relata: standard input:4: ");
      expect(stderr).toContain(message);
      expect(
        stdout
          .trimEnd()
          .split("\n")
          .map((line) => (JSON.parse(line) as { text: string }).text),
      ).toEqual(["I go", "I go"]);
    },
  );

  test.each([
    [
      65,
      ["--text", "I go", "--span", "0:1", "--span", "2:5"],
      'span [2, 5) "go" lies outside the text, in a text of length 4',
    ],
    [
      64,
      ["--text", "I go", "--span", "0:1"],
      "A pair needs two mentions: give --span START:END twice or more; found 1.",
    ],
    [64, ["--text", "I go", "--span", "0:1", "--span", "2-4"], 'Cannot read --span "2-4": expected START:END'],
    [
      64,
      [],
      "Give either a file of JSON Lines (- for standard input) or --text, with two or more --span unless the model",
    ],
    [66, ["nowhere.jsonl"], "relata: nowhere.jsonl: no such file. Check the path"],
  ])("exits with %i for %j", async (exitCode, args, message) => {
    const { code, stdout, stderr } = await predict(...args);
    expect({ code, stdout }).toEqual({ code: exitCode, stdout: "" });
    expect(stderr).toContain(message);
  });
});
