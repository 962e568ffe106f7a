import { expect, test } from "vitest";
import { formatNotice, NoticeLog } from "../corpus/notices.ts";
import { reportSpelling } from "./label-spelling-notices.ts";

const documents = (labels: readonly string[]) =>
  labels.map((label, i) => ({
    id: `d${i}`,
    text: "Ana met Bob.",
    entities: [
      { start: 0, end: 3, type: "PER" },
      { start: 8, end: 11, type: i === 2 ? "Per" : "PER" },
    ],
    relations: [{ head: 0, tail: 1, label }],
    source: { file: "a.jsonl", line: i + 1 },
  }));
const said = (labels: readonly string[]): string[] => {
  const log = new NoticeLog();
  reportSpelling(documents(labels), log);
  return log.list().map(formatNotice);
};

test("a label and a type that differ from a frequent one in case alone are named with both counts", () => {
  const [label, type, ...others] = said([...Array.from({ length: 28 }, () => "OWNS"), "owns"]);
  expect(others).toEqual([]);
  expect(label).toContain(
    '"owns" (1 use, here the first) differs only in case, accents or signs from "OWNS" (28 uses)',
  );
  expect(label).toMatch(/: 1, at a\.jsonl:29/);
  expect(type).toContain('"Per" (1 use, here the first) differs only in case, accents or signs from "PER" (57 uses)');
});

test("names that differ are not reported", () => {
  expect(said(["OWNS", "SELLS"])).toEqual([]);
});
