// relata predict --html: a page of pictures on the texts of a file.
import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { jsonLines, relata, trainModel, Workplace, type CliResult } from "../support/run-cli.ts";

const place = new Workplace();
const model = place.path("model");
const page = place.path("out.html");
const texts = place.file("texts.jsonl", jsonLines([
  { id: "one", text: "Ana <met> Bob.", entities: [[0, 3, "PER"], [10, 13, "PER"]] },
  { id: "two", text: "Eve saw Dan and Joe.", entities: [[0, 3, "PER"], [8, 11, "PER"], [16, 19, "PER"]] },
])); // prettier-ignore

const predict = (...args: readonly string[]): Promise<CliResult> =>
  relata(["predict", model, texts, "--threads", "1", ...args]);

beforeAll(async () => {
  await trainModel(place.examples("annotations.jsonlines", 6), model, ["--max-steps", "1"]);
});
afterAll(() => place.remove());

test("the page holds the texts with what was found, and nothing is printed in its place", async () => {
  const run = await predict("--html", page);
  expect(run.code, run.stderr).toBe(0);
  expect(run.stdout).toBe("");
  expect(run.stderr).toMatch(/\d+ relations? written to .*out\.html\./);
  const written = readFileSync(page, "utf8");
  expect(written).toContain("<bdi>one</bdi>");
  expect(written).toContain("Ana &lt;met&gt; Bob.");
  expect(written.match(/<svg /g)).toHaveLength(4);
  expect(written.match(/<title>PER: Joe<\/title>/g)).toHaveLength(2);
});

test("a page that is there is replaced with --overwrite alone", async () => {
  const before = readFileSync(page, "utf8");
  const refused = await predict("--html", page);
  expect(refused.code).toBe(64);
  expect(refused.stderr).toContain("add --overwrite");
  expect(readFileSync(page, "utf8")).toBe(before);
  expect((await predict("--html", page, "--overwrite")).code).toBe(0);
});

test("flags that could do nothing are refused", async () => {
  const both = await predict("--html", place.path("b.html"), "--to", "relata", "--output", place.path("b.jsonl"));
  expect(both.code).toBe(64);
  expect(both.stderr).toContain("give one of them at a time");
  expect(existsSync(place.path("b.html"))).toBe(false);
});
