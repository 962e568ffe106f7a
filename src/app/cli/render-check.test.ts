import { expect, test } from "vitest";
import type { Problem } from "../../index.ts";
import { CheckView } from "./render-check.ts";

const problem = (line: number, message: string): Problem => ({
  code: "record-invalid",
  severity: "error",
  title: "records that cannot be read",
  at: { file: "a.jsonl", line },
  message,
});
const shown = (messages: readonly string[], maxExamples = 3): string[] => {
  const view = new CheckView({ maxExamples });
  for (const [i, message] of messages.entries()) view.add(problem(i + 1, message));
  const lines = view.render({ width: 100, isColored: false }).split("\n");
  return lines.filter((line) => line.startsWith("  a.jsonl")).map((line) => line.trim());
};
const missing = (i: number): string => `key relations[${i}].label: expected a string, found the string "${i}"`;

test("of many of one wording the first are shown, and one of each other wording", () => {
  const many = Array.from({ length: 20 }, (_, i) => missing(i));
  expect(shown(many)).toEqual(["a.jsonl:1", "a.jsonl:2", "a.jsonl:3"]);
  expect(shown([...many, "no JSON", "no JSON", missing(7)])).toEqual(["a.jsonl:1", "a.jsonl:2", "a.jsonl:21"]);
  expect(shown([...many, "no JSON", "bytes"])).toEqual(["a.jsonl:1", "a.jsonl:21", "a.jsonl:22"]);
});

test("never more than asked for", () => {
  expect(shown([missing(1), "no JSON", "bytes", "a gap"], 2)).toEqual(["a.jsonl:1", "a.jsonl:2"]);
  expect(shown([missing(1), "no JSON"], 0)).toEqual([]);
});
