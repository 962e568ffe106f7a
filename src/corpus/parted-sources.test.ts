import { describe, expect, test } from "vitest";
import { UsageError } from "../errors.ts";
import type { Document } from "./document.ts";
import { formatNotice, NoticeLog } from "./notices.ts";
import { reportPartedSources, sourceOfId } from "./parted-sources.ts";
import { splitDocuments } from "./split.ts";

/** Ten source texts of four sentences. */
const sentences = (of: (source: number, sentence: number) => Partial<Document>): Document[] =>
  Array.from({ length: 40 }, (_, i) => {
    const [source, sentence] = [Math.floor(i / 4), i % 4];
    const document = { id: `d${i}`, text: `Sentence ${i}.`, entities: [], relations: [] };
    return { ...document, ...of(source, sentence) };
  });

function told(documents: readonly Document[], groupBy = "text"): string[] {
  const log = new NoticeLog();
  const { train, test } = splitDocuments(documents, { testSize: 0.2, seed: 1, groupBy }, log);
  expect(train.length + test.length).toBe(documents.length);
  reportPartedSources(train, test, log);
  return log.list().map(formatNotice);
}

test("an id names its source where it ends in the number of a sentence", () => {
  expect(["PMID-7.s2", "a_sent_3", "doc:sentence-12", "d1 s4"].map(sourceOfId)).toEqual(["PMID-7", "a", "doc", "d1"]);
  expect(["annotations-1", "doc12", "class2", "s1"].map(sourceOfId)).toEqual([
    "annotations-1",
    "doc12",
    "class2",
    "s1",
  ]);
});

describe.each([
  ["metadata.docid", (source: number): Partial<Document> => ({ metadata: { docid: `t${source}` } })],
  ["metadata.doc_key", (source: number): Partial<Document> => ({ metadata: { doc_key: source, lang: "en" } })],
  ["id", (source: number, sentence: number): Partial<Document> => ({ id: `t${source}.s${sentence}` })],
] as const)("sentences of one source, detected by %s", (groupBy, of) => {
  test("on both sides are counted, with the setting that keeps them together", () => {
    const [notice, ...others] = told(sentences(of));
    expect(notice).toMatch(new RegExp(`scores are too high; --group-by ${groupBy} keeps them together: \\d of 8`));
    expect(others).toEqual([]);
  });

  test("and that setting does", () => {
    expect(told(sentences(of), groupBy)).toEqual([]);
    const { test: held } = splitDocuments(sentences(of), { testSize: 0.2, seed: 1, groupBy });
    expect(held).toHaveLength(8);
  });
});

test("sentences of unknown source, or of a few collections, are no reason to warn", () => {
  expect(told(sentences(() => ({})))).toEqual([]);
  expect(told(sentences(() => ({ metadata: { source: "news" } })))).toEqual([]);
  expect(told(sentences((source, sentence) => ({ metadata: { docid: `${source}-${sentence}` } })))).toEqual([]);
});

test("a path that leads to nothing, and one source alone, are errors", () => {
  const split = (documents: readonly Document[], groupBy: string): unknown =>
    splitDocuments(documents, { testSize: 0.2, seed: 1, groupBy });
  expect(() =>
    split(
      sentences(() => ({})),
      "metadata.docid",
    ),
  ).toThrow(UsageError);
  expect(() =>
    split(
      sentences(() => ({ metadata: { docid: "t" } })),
      "metadata.docid",
    ),
  ).toThrow("cannot split into 2 parts");
});
