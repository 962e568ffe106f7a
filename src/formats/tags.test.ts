import * as fc from "fast-check";
import { expect, test } from "vitest";
import { NoticeLog, type Notice } from "../corpus/notices.ts";
import { decodeTags, encodeTags, type TaggedSpan } from "./tags.ts";

function decode(tags: string): { spans: string[]; notices: Notice[] } {
  const notices = new NoticeLog();
  const spans = decodeTags(tags.split(" "), notices, { file: "a", line: 1 });
  return { spans: spans.map(({ start, end, type }) => `${start}-${end} ${type}`), notices: notices.list() };
}

test.each([
  ["BIO, IOB2", "B-PER I-PER O B-PER B-PER I-PER O", ["0-2 PER", "3-4 PER", "4-6 PER"]],
  [
    "IOB1: an entity begins with I, and with B only behind one of its type",
    "I-PER I-PER B-PER O I-LOC",
    ["0-2 PER", "2-3 PER", "4-5 LOC"],
  ],
  ["BILOU", "U-LOC B-ORG I-ORG L-ORG U-ORG U-ORG O", ["0-1 LOC", "1-4 ORG", "4-5 ORG", "5-6 ORG"]],
  ["IOBES", "S-LOC B-ORG E-ORG B-ORG I-ORG E-ORG", ["0-1 LOC", "1-3 ORG", "3-6 ORG"]],
  ["BMEOW of Chinese corpora", "B-NAME M-NAME E-NAME O W-LOC", ["0-3 NAME", "4-5 LOC"]],
  ["underscores, and types with hyphens", "B_A-B I_A-B O B-x_y", ["0-2 A-B", "3-4 x_y"]],
  ["no types", "B I O B", ["0-2 ", "3-4 "]],
  ["another type goes on: it begins", "B-PER I-LOC I-LOC", ["0-1 PER", "1-3 LOC"]],
  ["to the last token", "O B-PER", ["1-2 PER"]],
  ["none", "O O", []],
])("%s", (_, tags, spans) => {
  expect(decode(tags)).toEqual({ spans, notices: [] });
});

test("an end without a beginning is the whole of it, which is reported", () => {
  const { spans, notices } = decode("O L-ORG I-ORG L-PER");
  expect(spans).toEqual(["1-2 ORG", "2-3 ORG", "3-4 PER"]);
  expect(notices).toMatchObject([
    { code: "tag-sequence", count: 2, locations: [{ detail: '"L-ORG" of token 2' }, {}] },
  ]);
});

test("bare types are entities by their runs, which is reported", () => {
  const { spans, notices } = decode("PER PER O LOC PER");
  expect(spans).toEqual(["0-2 PER", "3-4 LOC", "4-5 PER"]);
  expect(notices).toMatchObject([{ code: "bare-tag", count: 4 }]);
});

test("what is encoded is decoded, in both schemes", () => {
  const lengths = fc.array(fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 3 }), fc.constantFrom("A", "B-c", "")));
  fc.assert(
    fc.property(lengths, fc.constantFrom("BIO" as const, "BILOU" as const), (parts, scheme) => {
      let at = 0;
      const spans: TaggedSpan[] = parts.map(([gap, length, type]) => {
        const start = at + gap;
        at = start + length;
        return { start, end: at, type };
      });
      const tags = encodeTags(at + 1, spans, scheme);
      expect(decodeTags(tags, new NoticeLog(), { file: "a" })).toEqual(spans);
    }),
  );
});
