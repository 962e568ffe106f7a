// The contents of annotation files, as a table, as JSON, as a page.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jsonLines, relata, trainModel, Workplace, type CliResult } from "../support/run-cli.ts";

const place = new Workplace();
afterAll(() => place.remove());
const data = place.examples("annotations.jsonlines", 6);
const stats = (...args: string[]): Promise<CliResult> => relata(["data", "stats", ...args], { cwd: place.folder });

interface Statistics {
  readonly documents: {
    readonly total: number;
    readonly withoutEntities: number;
    readonly characters: { readonly max: number };
  };
  readonly relations: { readonly total: number; readonly labels: { readonly label: string; readonly count: number }[] };
  readonly tokens: { readonly isEstimate: boolean; readonly maxLength: number; readonly longDocuments: number };
  readonly sources: { readonly path: string; readonly formats: string[] }[];
  readonly notices: { readonly code: string; readonly count: number }[];
}
const jsonOf = ({ stdout }: CliResult): Statistics => JSON.parse(stdout) as Statistics;

const hostile = `<script>alert("x")</script>\u001b[31m&'`;
const line = (id: string, change: object = {}): object => ({
  id,
  text: "Le colis part lundi.",
  entities: [
    { start: 3, end: 8, type: "OBJECT" },
    { start: 9, end: 13, type: hostile },
  ],
  relations: [{ head: 0, tail: 1, label: hostile }],
  ...change,
});

test("a table of lengths, counts, and counts by name", async () => {
  const { code, stdout, stderr } = await stats(data);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain(`${data}: annotto, 6 documents\n`);
  expect(stdout).toMatch(/^characters of a text +\d+\.\d( +\d+){6} {2}[▁▂▃▄▅▆▇█ ]+$/m);
  expect(stdout).toMatch(/^tokens of a text, estimated +\d/m);
  expect(stdout).toMatch(/^ +\d+ {2}without a relation, NO_REL \(\d+\.\d %\)$/m);
  expect(stdout).toMatch(/^VERB +\d+ +\d+\.\d % {2}█+/m);
  expect(stdout).toMatch(/^WHO_DO +\d+ +\d+\.\d % +\d+ {2}█+/m);
  expect(stdout).toMatch(/^SUBJ +WHO_DO +VERB +\d+/m);
  for (const row of stdout.split("\n")) expect(row.length, row).toBeLessThanOrEqual(100);
});

test("JSON, over several files of several formats; documents without a pair count too", async () => {
  const other = place.file("other.jsonl", jsonLines([line("a"), line("b", { entities: [], relations: [] })]));
  const result = await stats(data, other, "--json");
  expect(result).toMatchObject({ code: 0, stderr: "" });
  const { documents, relations, tokens, sources } = jsonOf(result);
  expect(documents).toMatchObject({ total: 8, withoutEntities: 1, withOneEntity: 0 });
  expect(relations.labels.reduce((sum, { count }) => sum + count, 0)).toBe(relations.total);
  expect(relations.labels).toContainEqual({ label: hostile, count: 1, documents: 1 });
  expect(tokens).toMatchObject({ isEstimate: true, maxLength: 512, longDocuments: 0 });
  expect(sources.map(({ path, formats }) => [path, formats])).toEqual([
    [data, ["annotto"]],
    [other, ["relata"]],
  ]);
});

describe("foreign words", () => {
  const input = place.file("hostile.jsonl", jsonLines([line("a"), line("b", { relations: [] })]));

  test("do not drive the terminal", async () => {
    const { stdout } = await stats(input);
    expect(stdout).not.toContain("\u001b");
    expect(stdout).toContain("\\u{1b}[31m");
  });

  test("are no markup, and the page has all it needs in it", async () => {
    const { code, stderr } = await stats(input, "--html", "page.html");
    const again = await stats(input, "--html", "page.html");
    expect(again.code).toBe(64);
    expect(again.stderr).toContain("page.html is there already");
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("Page with plots: page.html");
    const page = readFileSync(place.path("page.html"), "utf8");
    expect(page).not.toContain("<script");
    expect(page).toContain("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;");
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(page).not.toMatch(/<(?:link|img|iframe|script|object|embed)\b|url\(|@import|\s(?:src|href|on\w+)="/);
    expect(page).not.toMatch(/NaN|undefined|\[object/);
    expect(page.match(/<svg /g)).toHaveLength(8);
    expect(page).toMatch(/<rect[^>]+>\s*<title>20: 2<\/title>/);
  });
});

test("what is wrong is told, or left out and counted if so wished", async () => {
  const bad = place.file("bad.jsonl", jsonLines([line("a"), line("b", { entities: [{ start: 3, end: 99 }] })]));
  expect(await stats(bad)).toMatchObject({ code: 65, stdout: "" });
  const result = await stats(bad, "--skip-invalid", "--json");
  expect(result.stderr).toContain("Noticed while reading\n  invalid documents, left out: 1 of 2 (50.0 %)");
  expect(jsonOf(result).notices).toMatchObject([{ code: "invalid-document", count: 1 }]);
  expect(await stats(data, data)).toMatchObject({
    code: 65,
    stderr: expect.stringContaining("Was a file given twice?") as string,
  });
});

describe("with a model", () => {
  beforeAll(() => trainModel(data, place.path("model"), ["--max-length", "20"]));

  test("tokens are those of its tokenizer, and its length is the limit", async () => {
    const result = await stats(data, "--model", "model", "--json");
    expect(result).toMatchObject({ code: 0, stderr: "" });
    const { documents, tokens } = jsonOf(result);
    expect(tokens).toMatchObject({ isEstimate: false, maxLength: 20, method: "by the tokenizer of model" });
    expect(tokens.longDocuments).toBe(documents.total);
    expect((await stats(data, "--model", "model")).stdout).toContain(
      "What a model that reads 20 tokens at once does not see\n   6  texts that are longer",
    );
  });

  test("that is none", async () => {
    expect(await stats(data, "--model", "nowhere")).toMatchObject({ code: 66, stdout: "" });
  });
});
