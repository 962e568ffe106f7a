import * as fc from "fast-check";
import { expect, test } from "vitest";
import { makeDocument } from "../../test/fixtures/documents.ts";
import { UsageError } from "../errors.ts";
import type { Document } from "./document.ts";
import { UnsplittableCorpusError } from "./corpus-errors.ts";
import { splitDocuments } from "./split.ts";

const ids = (documents: readonly Document[]): string[] => documents.map(({ id }) => id);
const numbered = (count: number): Document[] =>
  Array.from({ length: count }, (_, i) => makeDocument(`d${i}`, `text ${i}`));

test("a fifth of the documents, another fifth by another seed", () => {
  const documents = numbered(40);
  const { train, test } = splitDocuments(documents, { testSize: 0.2, seed: 1 });
  expect([train.length, test.length]).toEqual([32, 8]);
  expect(splitDocuments(documents, { testSize: 0.2, seed: 1 })).toEqual({ train, test });
  expect(ids(splitDocuments(documents, { testSize: 0.2, seed: 2 }).test)).not.toEqual(ids(test));
});

const corpus = fc
  .array(fc.constantFrom("un", "deux", "trois", "quatre"), { minLength: 2, maxLength: 12 })
  .filter((texts) => new Set(texts).size > 1)
  .map((texts) => texts.map((text, i) => makeDocument(`d${i}`, text)));
const options = fc.record({ testSize: fc.double({ min: 0.01, max: 0.99, noNaN: true }), seed: fc.nat() });

test("a partition in file order, no text on both sides, no side empty", () => {
  fc.assert(
    fc.property(corpus, options, (documents, options) => {
      const { train, test } = splitDocuments(documents, options);
      expect(train.length).toBeGreaterThan(0);
      expect(test.length).toBeGreaterThan(0);
      expect(train).toEqual(documents.filter((document) => !test.includes(document)));
      expect(test).toEqual(documents.filter((document) => !train.includes(document)));
      const texts = new Set(train.map(({ text }) => text));
      expect(test.filter(({ text }) => texts.has(text))).toEqual([]);
    }),
  );
});

test("the sides follow the ids, not the order of the file", () => {
  fc.assert(
    fc.property(corpus, options, (documents, options) => {
      const reversed = splitDocuments([...documents].reverse(), options);
      expect(ids(reversed.test).reverse()).toEqual(ids(splitDocuments(documents, options).test));
    }),
  );
});

test("what cannot be split", () => {
  const twins = [makeDocument("a", "same"), makeDocument("b", "same")];
  const split = (documents: Document[], testSize: number) => () => splitDocuments(documents, { testSize, seed: 1 });
  expect(split(twins, 0.5)).toThrow(UnsplittableCorpusError);
  expect(split(numbered(1), 0.5)).toThrow("found 1 document");
  expect(split([], 0.5)).toThrow(UnsplittableCorpusError);
  for (const testSize of [0, 1, -1, NaN]) expect(split(numbered(3), testSize)).toThrow(UsageError);
});
