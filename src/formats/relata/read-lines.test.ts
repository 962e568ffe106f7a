import { expect, test } from "vitest";
import { readRelataLines } from "./read-lines.ts";

const read = (line: unknown): unknown => readRelataLines("mails.jsonl", JSON.stringify(line));

test("lines with annotations and texts alone; lines without an id are numbered", () => {
  const annotated = { id: 7, text: "I read it.", entities: [[0, 1, "WHO"], { start: 2, end: 6 }], relations: [{ head: 0, tail: 1, label: "DOES" }] }; // prettier-ignore
  const content = `${JSON.stringify(annotated)}\n\n${JSON.stringify({ text: "No." })}\n`;
  expect(readRelataLines("mails.jsonl", content)).toEqual([
    {
      id: "7",
      text: "I read it.",
      entities: [
        { start: 0, end: 1, type: "WHO" },
        { start: 2, end: 6, type: "" },
      ],
      relations: [{ head: 0, tail: 1, label: "DOES" }],
    },
    { id: "mails.jsonl:3", text: "No.", entities: [], relations: [] },
  ]);
});

test.each([
  ["no JSON", () => readRelataLines("mails.jsonl", "Hello"), /line 1 is no JSON: ".*Hello/],
  ["no text", () => read({ entities: [] }), /line 1 is no annotated text/],
  ["an entity beyond the text", () => read({ text: "I", entities: [[0, 2]] }), /entity from 0 to 2, and 1 characters/],
  [
    "a relation to no entity",
    () => read({ text: "I am", entities: [[0, 1]], relations: [{ head: 0, tail: 1, label: "IS" }] }),
    /from entity 0 to 1, and 1 entities/,
  ],
  ["an id that stands twice", () => readRelataLines("m", '{"id":1,"text":"a"}\n{"id":1,"text":"b"}'), /stands twice/],
])("%s is refused, with its line", (_, act, message) => expect(act).toThrow(message));
