// relata data suspects: what is reported, and the documents that are written for the annotation tool.
import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { jsonLines, parseJsonLines, relata, Workplace } from "../support/run-cli.ts";

const place = new Workplace();
afterAll(() => place.remove());

const document = (id: number, word: string, label: string): object => ({
  id: `d${id}`,
  text: `Ana ${word} Bob ${id}.`,
  entities: [
    { start: 0, end: 3, type: "PER" },
    { start: 5 + word.length, end: 8 + word.length, type: "PER" },
  ],
  relations: [{ head: 0, tail: 1, label }],
});
const words = ["met", "saw"];
const lines = Array.from({ length: 24 }, (_, i) => document(i, words[i % 2]!, words[i === 5 ? 0 : i % 2]!));
const data = place.file("data.jsonl", jsonLines(lines));
const flags = ["--folds", "2", "--model", "luke-mini", "--vocab-size", "300", "--encoding", "document"];
const training = ["--pair-features", "words", "--epochs", "12", "--threads", "1"];

test("suspects have their place and reason, and their documents are written with both", async () => {
  const output = place.path("suspects.jsonl");
  const written = ["--to", "relata", "--output", output, "--json"];
  const { code, stdout, stderr } = await relata(["data", "suspects", data, ...flags, ...training, ...written]);
  expect(code, stderr).toBe(0);
  const { suspects, judged } = JSON.parse(stdout) as {
    suspects: { document: string; reason: string; at: { line: number } }[];
    judged: number;
  };
  expect(judged).toBe(48);
  expect(suspects.length).toBeGreaterThan(0);
  for (const { document: id, reason, at } of suspects) {
    expect(at.line).toBe(Number(id.slice(1)) + 1);
    expect(reason).toMatch(
      /^"(?:Ana|Bob)" → "(?:Ana|Bob)": is (?:met|saw) (?:wrong|missing|too much)\? The model gives it \d+ %, and \d+ % to \w+\.$/,
    );
  }
  const documents = parseJsonLines<{ id: string; metadata: { suspects: string[] }; relations: object[] }>(
    readFileSync(output, "utf8"),
  );
  expect(documents.map(({ id }) => id)).toEqual([...new Set(suspects.map(({ document: id }) => id))]);
  const reasons = documents.flatMap(({ metadata }) => metadata.suspects);
  expect(reasons.toSorted()).toEqual(suspects.map(({ reason }) => reason).toSorted());
  for (const { relations } of documents) expect(relations).toHaveLength(1);
});

test("flags that do nothing alone are refused", async () => {
  const { code, stderr } = await relata(["data", "suspects", data, "--to", "relata"]);
  expect(code).toBe(64);
  expect(stderr).toContain("--to and --output belong together");
});
