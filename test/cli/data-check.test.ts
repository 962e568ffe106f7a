// relata data check: what it finds in data that is spoilt on purpose and in real data, and what it repairs.
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { exampleDocuments, jsonLines, parseJsonLines, relata, Workplace, type CliResult } from "../support/run-cli.ts";

interface JsonProblem {
  code: string;
  severity: string;
  file: string;
  line?: number;
  document?: string;
  message: string;
  excerpt?: string;
  suggestion?: string;
  fixable: boolean;
  count?: number;
}

const place = new Workplace();
afterAll(() => place.remove());
const check = (...args: string[]): Promise<CliResult> => relata(["data", "check", ...args], { cwd: place.folder });

async function problemsOf(...args: string[]): Promise<JsonProblem[]> {
  const { code, stdout, stderr } = await check(...args, "--json");
  const problems = parseJsonLines<JsonProblem>(stdout);
  expect(code, stderr).toBe(problems.some(({ severity }) => severity === "error") ? 65 : 0);
  return problems;
}

function countsOf(problems: readonly JsonProblem[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { code, count = 1 } of problems) counts[code] = (counts[code] ?? 0) + count;
  return counts;
}

/** Good, then with a span that has blanks, relations repeated and of an entity with itself, a bad span, no JSON. */
function spoiltFile(name: string): string {
  const [good, second, third, fourth] = exampleDocuments(4);
  const spans = second!.annotation.ner.Entities.entities;
  spans[0]!.end_char += 1;
  second!.annotation.ner.relations.push({ ...second!.annotation.ner.relations[0]! });
  second!.annotation.ner.relations.push({ label: "WHO_DO", src: spans[0]!.ent_id, dest: spans[0]!.ent_id });
  third!.annotation.ner.Entities.entities[1]!.end_char = 999;
  fourth!.annotation.ner.relations[0]!.dest = 77;
  return place.file(name, `${jsonLines([good, second, third, fourth])}{"item": nonsense\n`);
}
const spoiltCounts = {
  "span-white-space": 1,
  "relation-duplicate": 1,
  "relation-self-loop": 1,
  "span-outside-text": 1,
  "relation-unknown-entity": 1,
  "record-invalid": 1,
};

test("problems by kind with file, line, document, passage and what to do; exit code 65 for errors", async () => {
  spoiltFile("spoilt.jsonlines");
  const { code, stdout, stderr } = await check("spoilt.jsonlines");
  expect(code, stderr).toBe(65);
  expect(stdout).toContain("error  spans that lie outside of the text: 1\n  span-outside-text. Was the text shortened");
  expect(stdout).toMatch(
    /^ {2}spoilt\.jsonlines:3 {2}document "[^"]+"\n {4}\w+ ".+" \[\d+, 999\) in a text of length \d+\n {4}…?.*\[\[/m,
  );
  expect(stdout).toContain("  spoilt.jsonlines:5\n    expected one JSON object on this line");
  expect(stdout).toMatch(/→ Trimmed, it is ".+" \[\d+, \d+\)\./);
  expect(stdout.indexOf("error  ")).toBeLessThan(stdout.indexOf("warning  "));
  expect(stdout).toMatch(
    /^3 errors, 3 warnings in 3 documents with \d+ entities and \d+ relations; 2 records could not be read\.$/m,
  );
  expect(stdout).not.toContain("\u001B");
  expect(stderr).toMatch(/^Checked in .+ s\.$/m);
});

test("--json: each problem on a line", async () => {
  spoiltFile("spoilt.jsonlines");
  const problems = await problemsOf("spoilt.jsonlines");
  expect(countsOf(problems)).toEqual(spoiltCounts);
  expect(problems.find(({ code }) => code === "span-white-space")).toMatchObject({
    severity: "warning",
    file: "spoilt.jsonlines",
    line: 2,
    document: expect.any(String),
    excerpt: expect.stringContaining(" ]]"),
    fixable: true,
  });
  expect(problems.every(({ suggestion }) => suggestion !== undefined)).toBe(true);
});

test("--max-examples bounds what is shown, not what is counted", async () => {
  const documents = exampleDocuments(6);
  for (const { annotation } of documents) annotation.ner.relations.push({ ...annotation.ner.relations[0]! });
  place.file("repeated.jsonlines", jsonLines(documents));
  const { stdout } = await check("repeated.jsonlines", "--max-examples", "2");
  expect(stdout).toContain("warning  relations that repeat an earlier one: 6");
  expect(stdout.match(/is there already/g)).toHaveLength(2);
  expect(stdout).toContain("… and 4 more");
  expect((await check("repeated.jsonlines", "--max-examples", "0")).stdout).not.toContain("is there already");
});

test("warnings alone fail with --strict, notes never do", async () => {
  const warned = exampleDocuments(1);
  warned[0]!.annotation.ner.relations.push({ ...warned[0]!.annotation.ner.relations[0]! });
  place.file("warned.jsonlines", jsonLines(warned));
  expect((await check("warned.jsonlines")).code).toBe(0);
  expect((await check("warned.jsonlines", "--strict")).code).toBe(65);
  const good = exampleDocuments(2);
  good[1]!.annotation.ner.relations = [];
  place.file("good.jsonlines", jsonLines(good));
  const { code, stdout } = await check("good.jsonlines", "--strict");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^1 note in 2 documents/m);
});

describe("a file that cannot be read at all is an error as everywhere", () => {
  test.each([
    ["missing", undefined, 66, "no such file"],
    ["empty", "\n", 65, "the file is empty"],
    ["of no known format", "hello\n", 65, "not in a format that is read"],
  ])("%s", async (name, content, wanted, message) => {
    const file = content === undefined ? "nowhere.jsonl" : place.file(`${name}.jsonl`, content);
    const { code, stdout, stderr } = await check(file);
    expect({ code, stdout }).toEqual({ code: wanted, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("--skip-invalid");
  });
});

describe("--fix", () => {
  test("writes the same format, repaired; tells what was repaired and what could not be written", async () => {
    spoiltFile("spoilt.jsonlines");
    const { code, stderr } = await check("spoilt.jsonlines", "--fix", "fixed.jsonlines");
    // Errors that it does not repair are left; what is sound is written all the same.
    expect(code, stderr).toBe(65);
    expect(stderr).toContain("repaired: spans whose white space at an end was trimmed: 1, at spoilt.jsonlines:2 (");
    expect(stderr).toContain("repaired: relations that repeated an earlier one, removed: 1, at spoilt.jsonlines:2 (");
    expect(stderr).toContain(
      "note: records with mistakes that cannot be repaired with certainty, not written: 3, at spoilt.jsonlines:3 (",
    );
    expect(stderr).toContain("2 documents written to fixed.jsonlines in the format annotto.");
    expect(countsOf(await problemsOf("fixed.jsonlines"))).toEqual({ "relation-self-loop": 1 });
  });

  test("replaces nothing unless told so, and then the whole file or nothing", async () => {
    const file = spoiltFile("spoilt.jsonlines");
    const before = readFileSync(file, "utf8");
    const refused = await check("spoilt.jsonlines", "--fix", "spoilt.jsonlines");
    expect(refused.code).toBe(64);
    expect(refused.stderr).toContain("--overwrite");
    expect(readFileSync(file, "utf8")).toBe(before);
    const replaced = await check("spoilt.jsonlines", "--fix", "spoilt.jsonlines", "--overwrite");
    expect(replaced.code, replaced.stderr).toBe(65);
    expect(countsOf(await problemsOf("spoilt.jsonlines"))).toEqual({ "relation-self-loop": 1 });
    expect(readdirSync(place.folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("a document that only repeats another is left out, so that train reads the rest", async () => {
    const document = (id: string, label: string): object => ({
      id,
      text: `Ana met Bob on day ${id}.`,
      entities: [[0, 3, "PER"], [8, 11, "PER"]], // prettier-ignore
      relations: [{ head: 0, tail: 1, label }],
    });
    const others = Array.from({ length: 6 }, (_, i) => document(`${i}`, i % 2 ? "MET" : "SAW"));
    place.file("twice.jsonl", jsonLines([...others, document("4", "SAW"), document("5", "SAW")]));
    const found = await problemsOf("twice.jsonl");
    const ids = found.filter(({ code }) => code === "document-duplicate-id");
    expect(ids.map(({ message, fixable }) => [message, fixable])).toEqual([
      ['"4" was first read at twice.jsonl:5, with the same text and annotations', true],
      ['"5" was first read at twice.jsonl:6, with the same text', false],
    ]);
    const { code, stderr } = await check("twice.jsonl", "--fix", "once.jsonl");
    expect(code, stderr).toBe(65);
    expect(stderr).toContain('id, text and annotations, left out: 1, at twice.jsonl:7 ("4")');
    expect(stderr).toContain("7 documents written to once.jsonl");
    const refused = await relata(["data", "stats", "once.jsonl"], { cwd: place.folder });
    expect(refused.stderr.replaceAll(/\s+/g, " ")).toContain('document id "5" was already read at once.jsonl:6');
    place.file("repeat.jsonl", jsonLines([...others, document("4", "SAW")]));
    const before = await relata(["data", "stats", "repeat.jsonl"], { cwd: place.folder });
    expect(before.stderr.replaceAll(/\s+/g, " ")).toContain("relata data check DATA --fix OUTPUT");
    expect((await check("repeat.jsonl", "--fix", "readable.jsonl")).code).toBe(0);
    expect(await relata(["data", "stats", "readable.jsonl"], { cwd: place.folder })).toMatchObject({ code: 0 });
  });

  test("offsets in another unit are rewritten where recorded texts prove it", async () => {
    const document = (start: number): object => ({
      id: `d${start}`,
      text: "📦 Le colis part lundi.",
      entities: [
        { start, end: start + 5, type: "OBJECT", text: "colis" },
        { start: start + 11, end: start + 16, type: "TIME", text: "lundi" },
      ],
      relations: [{ head: 0, tail: 1, label: "WHEN" }],
    });
    // UTF-16 code units; code points; UTF-8 bytes.
    place.file("units.jsonl", jsonLines([document(6), document(5), document(8)]));
    const problems = await problemsOf("units.jsonl");
    expect(countsOf(problems)).toEqual({ "offsets-other-unit": 2, "document-duplicate-text": 2 });
    const { code, stderr } = await check("units.jsonl", "--fix", "units-fixed.jsonl");
    expect(code, stderr).toBe(0);
    expect(countsOf(await problemsOf("units-fixed.jsonl"))).toEqual({ "document-duplicate-text": 2 });
    const written = parseJsonLines<{ entities: { start: number }[] }>(
      readFileSync(place.path("units-fixed.jsonl"), "utf8"),
    );
    expect(written.map(({ entities }) => entities[0]!.start)).toEqual([6, 6, 6]);
  });

  test("folders are written as folders; files of several formats are refused", async () => {
    mkdirSync(place.path("brat"));
    place.file("brat/one.txt", "Le colis part lundi.\n");
    place.file(
      "brat/one.ann",
      "T1\tOBJECT 3 9\tcolis \nT2\tTIME 14 19\tlundi\nR1\tWHEN Arg1:T1 Arg2:T2\nR2\tWHEN Arg1:T1 Arg2:T2\n",
    );
    const { code, stderr } = await check("brat", "--fix", "brat-fixed");
    expect(code, stderr).toBe(0);
    expect(readFileSync(place.path("brat-fixed/one.ann"), "utf8")).toBe(
      "T1\tOBJECT 3 8\tcolis\nT2\tTIME 14 19\tlundi\nR1\tWHEN Arg1:T1 Arg2:T2\n",
    );
    place.examples("good.jsonlines", 1);
    const mixed = await check("brat", "good.jsonlines", "--fix", "mixed");
    expect(mixed.code).toBe(64);
    expect(mixed.stderr).toContain("which are of several: ");
    expect(existsSync(place.path("mixed"))).toBe(false);
  });
});

test("files of a folder that cannot be read are errors, and the others are checked", async () => {
  const folder = place.path("encodings");
  mkdirSync(folder);
  const line = `${JSON.stringify({
    text: "Ana met Bob",
    entities: [
      [0, 3],
      [8, 11],
    ],
    relations: [{ head: 0, tail: 1, label: "met" }],
  })}\n`;
  place.file("encodings/a.jsonl", line);
  place.file("encodings/b.jsonl", Buffer.from(`\uFEFF${line}`, "utf16le"));
  place.file("encodings/c.jsonl", Buffer.from(line, "utf16le"));
  const problems = await problemsOf("encodings");
  expect(problems.map(({ code, file }) => [code, file])).toEqual([
    ["encoding-invalid", "encodings/b.jsonl"],
    ["encoding-invalid", "encodings/c.jsonl"],
  ]);
  const { code, stdout, stderr } = await check("encodings", "--strict");
  expect(code).toBe(65);
  expect(stdout + stderr).toContain("2 errors in 1 document with 2 entities and 1 relation");
  // One file alone is no file to go on without.
  expect(await check("encodings/b.jsonl")).toMatchObject({ code: 65, stdout: "" });
});

const shared = (path: string): string => fileURLToPath(new URL(`../../../shared/data/${path}`, import.meta.url));

describe.skipIf(!existsSync(shared("README.md")))("real data (needs ../shared/data)", () => {
  test("popcorn: self loops, several labels, few odd relations", async () => {
    const counts = countsOf(await problemsOf(shared("popcorn_fr/annotations.jsonlines")));
    expect(counts).toEqual({
      "relation-self-loop": 638,
      "relation-several-labels": 1833,
      "relation-unlikely-types": 8,
    });
  });

  test("the Annotto demo: 5 spans are off, each with a suggestion", async () => {
    const problems = await problemsOf(shared("annotto_demo/demo-nerWithRelations-2/annotations.jsonlines"));
    expect(problems.map(({ code }) => code)).toEqual(Array.from({ length: 5 }, () => "span-cuts-word"));
    expect(problems.map(({ suggestion }) => /it is "(.+)"/.exec(suggestion!)?.[1])).toEqual([
      "Darchalop",
      "225 kV",
      "Dodecapet",
      "Darchalop Pouet",
      "Jalot",
    ]);
  });

  test("Prodigy: 4 repetitions, 5 pairs with two labels, and what No-rel means", async () => {
    const file = shared("prodigy_rel/annotations.jsonl");
    const counts = { "relation-duplicate": 4, "relation-several-labels": 5 };
    expect(countsOf(await problemsOf(file))).toEqual({ ...counts, "label-means-none": 1 });
    expect(countsOf(await problemsOf(file, "--no-relation-label", "No-rel"))).toEqual(counts);
  });

  test("SemEval-2010: the 25 texts that come again have another pair each; some come nearly again", async () => {
    const problems = await problemsOf(shared("semeval2010_task8/TRAIN_FILE.TXT"));
    expect(countsOf(problems)).toMatchObject({ "document-without-relations": 1410 });
    expect(countsOf(problems)).not.toHaveProperty("document-duplicate-text");
    expect(problems.filter(({ code }) => code === "document-near-duplicate").length).toBeLessThan(10);
  });
});
