import { expect, test } from "vitest";
import { UsageError } from "../errors.ts";
import { makeDocument } from "../../test/fixtures/documents.ts";
import type { Document } from "./document.ts";
import { heldOutSizes, splitIntoParts, type DocumentParts } from "./held-out.ts";
import { NoticeLog } from "./notices.ts";
import type { CorpusSettings } from "./settings.ts";
import { splitDocuments } from "./split.ts";

const numbered = (count: number): Document[] =>
  Array.from({ length: count }, (_, i) => makeDocument(`d${i}`, `text ${i}`));
const split = (
  documents: Document[],
  settings: Partial<CorpusSettings> = {},
  strata?: () => string[],
): DocumentParts => ({
  validation: [],
  ...splitIntoParts(documents, { groupBy: "text", seed: 1, ...settings }, strata, new NoticeLog()),
});
const ids = (documents: readonly Document[] = []): string[] => documents.map(({ id }) => id);
const sizes = ({ train, validation, test }: DocumentParts): (number | undefined)[] => [
  train.length,
  validation.length,
  test?.length,
];

test("a hundred documents have three parts, fewer have two unless a validation size is given", () => {
  expect(sizes(split(numbered(100)))).toEqual([70, 10, 20]);
  expect(sizes(split(numbered(99)))).toEqual([79, 20, undefined]);
  expect(sizes(split(numbered(99), { testSize: 0.1 }))).toEqual([89, 10, undefined]);
  expect(sizes(split(numbered(50), { validationSize: 0.2 }))).toEqual([30, 10, 10]);
  expect(sizes(split(numbered(200), { testSize: 0 }))).toEqual([180, 20, undefined]);
  expect(sizes(split(numbered(200), { testSize: 0, validationSize: 0.5 }))).toEqual([100, 100, undefined]);
});

test("every document is in one part, and the test part is that of splitDocuments, whatever the validation size", () => {
  const documents = numbered(150);
  const held = splitDocuments(documents, { testSize: 0.2, seed: 1 }).test;
  for (const validationSize of [undefined, 0.05, 0.4]) {
    const parts = split(documents, { validationSize });
    expect(ids(parts.test)).toEqual(ids(held));
    expect([...ids(parts.train), ...ids(parts.validation), ...ids(parts.test)].sort()).toEqual(ids(documents).sort());
  }
});

test("without a test part the validation part is the documents that were held out before there were three", () => {
  const documents = numbered(150);
  const held = splitDocuments(documents, { testSize: 0.05, seed: 1 }).test;
  expect(ids(split(documents, { testSize: 0, validationSize: 0.05 }).validation)).toEqual(ids(held));
});

test("each part gets its share of the strata", () => {
  const strata = ({ id }: Document): string[] => [Number(id.slice(1)) % 10 === 0 ? "rare" : "usual"];
  const parts = splitIntoParts(numbered(200), { groupBy: "text", seed: 1 }, strata, new NoticeLog());
  const rare = (documents: readonly Document[] = []): number =>
    documents.filter((one) => strata(one)[0] === "rare").length;
  expect([rare(parts.train), rare(parts.validation), rare(parts.test)]).toEqual([14, 2, 4]);
});

test("sizes that leave nothing to train on are an error", () => {
  expect(() => heldOutSizes({ testSize: 0.6, validationSize: 0.4 }, 10)).toThrow(UsageError);
  expect(() => heldOutSizes({ testSize: 0.95 }, 1000)).toThrow("--validation-size 0.1 and --test-size 0.95");
});

test("a part that is given is not drawn, and neither its size nor a split that does not happen may be set", () => {
  const documents = numbered(200);
  expect(sizes(split(documents, { test: "test.jsonl" }))).toEqual([180, 20, undefined]);
  expect(sizes(split(numbered(50), { test: "test.jsonl" }))).toEqual([40, 10, undefined]);
  expect(sizes(split(documents, { validation: "dev.jsonl" }))).toEqual([160, 0, 40]);
  expect(sizes(split(documents, { validation: "dev.jsonl", testSize: 0 }))).toEqual([200, 0, undefined]);
  const both = { validation: "dev.jsonl", test: "test.jsonl" };
  expect(sizes(split(documents, both))).toEqual([200, 0, undefined]);
  expect(() => split(documents, { test: "test.jsonl", testSize: 0.1 })).toThrow("--test-size does nothing with --test");
  expect(() => split(documents, { ...both, splitSeed: 3 })).toThrow("--split-seed does nothing");
  expect(() => split(documents, { ...both, groupBy: "id" })).toThrow("--group-by does nothing");
});

test("folds are disjoint test parts of all documents, each with its share of the labels and a validation part from the others", () => {
  const documents = numbered(43);
  const folds = [1, 2, 3].map((k) => split(documents, { fold: `${k}/3` }));
  expect(folds.map(sizes)).toEqual([
    [22, 6, 15],
    [23, 6, 14],
    [23, 6, 14],
  ]);
  expect(folds.flatMap(({ test }) => ids(test)).sort()).toEqual(ids(documents).sort());
  for (const { train, validation, test } of folds)
    expect([...ids(train), ...ids(validation), ...ids(test)].sort()).toEqual(ids(documents).sort());
  expect(() => split(documents, { fold: "4/3" })).toThrow("Folds count from 1");
  expect(() => split(documents, { fold: "1/3", testSize: 0.1 })).toThrow("two ways to choose the test part");
});
