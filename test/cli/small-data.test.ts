// relata train on small, lopsided and many-labelled data: what it refuses, what it warns of, and that it stays readable.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { jsonLines, quick, relata, Workplace, type CliResult } from "../support/run-cli.ts";

const place = new Workplace();
afterAll(() => place.remove());

const own = (name: string): string => fileURLToPath(new URL(`../cases/19-small/${name}.jsonl`, import.meta.url));
const train = (name: string, ...flags: string[]): Promise<CliResult> =>
  relata(["train", own(name), "--output", place.path(name), ...quick, ...flags]);

test.each([
  ["one-doc", "at least two different texts, found 1 document."],
  ["no-rel", "no relation in 20 documents"],
])("%s is refused with the reason", async (name, message) => {
  const { code, stdout, stderr } = await train(name);
  expect({ code, stdout }).toEqual({ code: 65, stdout: "" });
  expect(stderr).toContain(message);
});

test.each([
  ["one-label", "relations, training + held out: met 16+4\n"],
  ["rare", "only_once 1+0"],
])("%s trains, and says how many of each label there are", async (name, message) => {
  const { code, stdout, stderr } = await train(name);
  expect(code, stderr).toBe(0);
  expect(stderr).toContain(message);
  expect(stdout).toContain("Per label");
});

test("one held-out document is too few to beat anything", async () => {
  const { code, stdout, stderr } = await train("two-docs");
  expect(code, stderr).toBe(0);
  expect(stderr).toContain("1 training document, 1 held out");
  expect(stdout).not.toContain("The model beats");
});

test("labels that look like no relation are told, and several can be said to mean it, in scoring too", async () => {
  const { code, stderr } = await train("explicit", "--no-relation-label", "NO_REL,NA");
  expect(code, stderr).toBe(0);
  expect(stderr).toContain("labels that mean no relation (--no-relation-label), read as NO_REL: 6, at ");
  expect(stderr).toContain("if none holds there, say --no-relation-label NO_REL,no_relation: 6 of 24 (25.0 %)");
  expect(stderr).toMatch(/^relations, training \+ held out: met \d\+\d, no_relation \d\+\d$/m);
  const evaluated = await relata(["evaluate", place.path("explicit"), own("explicit"), "--threads", "1"]);
  expect(evaluated.code, evaluated.stderr).toBe(0);
  expect(evaluated.stderr).not.toContain("the model does not know");
});

test("a hundred labels stay readable", async () => {
  const { code, stdout, stderr } = await train("labels100");
  expect(code, stderr).toBe(0);
  expect(stdout.split("\n").length).toBeLessThan(230);
  expect(stdout).toContain("of 101 labels that are confused most");
  expect(stderr).toMatch(/^relations, training \+ validation \+ test: .* and 70 more$/m);
});

test("control characters of labels, types and texts reach neither the terminal nor the pages of a model", async () => {
  const escape = "\u001B[31m";
  const text = `Ana${escape} met Bob`;
  const documents = Array.from({ length: 8 }, (_, i) => ({
    text: `${text} ${"abcdefgh"[i]}`,
    entities: [
      { start: 0, end: 3, type: `A${escape}` },
      { start: 13, end: 16, type: "B" },
    ],
    relations: i % 2 === 0 ? [{ head: 0, tail: 1, label: `met${escape}` }] : [],
  }));
  const data = place.file("escapes.jsonl", jsonLines(documents));
  const model = place.path("escapes");
  const runs = [
    await relata(["train", data, "--output", model, ...quick]),
    await relata(["evaluate", model, data, "--threads", "1"]),
    await relata(["predict", model, "--text", text, "--span", "0:3:A", "--span", "13:16:B", "--threads", "1"]),
    await relata(["data", "stats", data]),
    await relata(["data", "check", data]),
    await relata(["model", "info", model]),
    await relata(["model", "verify", model]),
  ];
  for (const { code, stdout, stderr } of runs) {
    expect(code, stderr).toBe(0);
    // oxlint-disable-next-line no-control-regex -- what must not be there
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
  }
  expect(runs[0]!.stdout).toContain(String.raw`met\u{1b}[31m`);
  for (const page of ["README.md", "report.html"]) {
    expect(readFileSync(join(model, page), "utf8")).not.toContain("\u001b");
  }
});
