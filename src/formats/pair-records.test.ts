import { describe, expect, test } from "vitest";
import { makeDocument } from "../../test/fixtures/documents.ts";
import type { Document } from "../corpus/document.ts";
import { NoticeLog } from "../corpus/notices.ts";
import {
  numberedId,
  directedPairs,
  pairRecords,
  relatedPairs,
  unorderedPairs,
  type ChoosePairs,
} from "./pair-records.ts";

function records(document: Document, choose: ChoosePairs): { brief: string[]; codes: string[] } {
  const notices = new NoticeLog();
  const brief = [...pairRecords(document, choose, notices)].map(
    ({ id, head, tail, relation }) => `${id} ${head}>${tail} ${relation?.label ?? "-"}`,
  );
  return { brief, codes: notices.list().map(({ code }) => code) };
}

const three = makeDocument(
  "d",
  "a b c",
  ["a", "b", "c"],
  [
    [1, 0, "x"],
    [1, 2, "y"],
  ],
);
const two = (relations: [number, number, string][]): Document => makeDocument("d", "a b", ["a", "b"], relations);

describe("a document of three entities", () => {
  test("every two entities, in each direction that has a relation", () => {
    const { brief, codes } = records(three, directedPairs);
    expect(brief).toEqual(["d-0 0>2 -", "d-1 1>0 x", "d-2 1>2 y"]);
    expect(codes).toEqual([]);
  });
  test("every two entities once, in the direction of their relation", () => {
    expect(records(three, unorderedPairs).brief).toEqual(["d-0 1>0 x", "d-1 0>2 -", "d-2 1>2 y"]);
  });
  test("the related pairs", () => {
    expect(records(three, relatedPairs).brief).toEqual(["d-0 1>0 x", "d-1 1>2 y"]);
  });
});

test("a document of two entities is one record, in the direction of its relation", () => {
  for (const choose of [directedPairs, unorderedPairs]) {
    expect(records(two([]), choose)).toEqual({ brief: ["d 0>1 -"], codes: [] });
    expect(records(two([[1, 0, "x"]]), choose)).toEqual({ brief: ["d 1>0 x"], codes: [] });
  }
});

test("related in both directions it is two, which is reported", () => {
  const both = two([
    [0, 1, "x"],
    [1, 0, "y"],
  ]);
  expect(records(both, directedPairs)).toEqual({ brief: ["d-0 0>1 x", "d-1 1>0 y"], codes: ["both-directions"] });
});

test("a document of one entity gives no record, which is reported", () => {
  const one = makeDocument("d", "a b", ["a"]);
  for (const choose of [directedPairs, unorderedPairs, relatedPairs]) {
    expect(records(one, choose)).toEqual({ brief: [], codes: ["one-entity"] });
  }
});

test("records without an id are numbered in their file", () => {
  expect(numberedId("train.v2.jsonl", 3)).toBe("train-3");
});
