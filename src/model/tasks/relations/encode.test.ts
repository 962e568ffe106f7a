import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyDocument, makeDocument } from "../../../../test/fixtures/documents.ts";
import { relationSchema, typedDocument } from "../../../../test/fixtures/schemas.ts";
import { tinyTokenizer } from "../../../../test/support/tiny-tokenizer.ts";
import type { CandidateBounds, PairPlace } from "../../../corpus/candidates.ts";
import type { Document } from "../../../corpus/document.ts";
import { NoticeLog } from "../../../corpus/notices.ts";
import { candidatePairs, makePairs, type PairExample } from "../../../corpus/pairs.ts";
import { DataError } from "../../../errors.ts";
import { requireEncodable, rowsOf, type Encoded } from "../encoded.ts";
import { encodeExamples } from "./encode.ts";

const tokenizer = tinyTokenizer();
const schema = relationSchema({ WHO_DO: {}, DO_WHEN: {}, IS_IN: { types: [["OBJECT", "TIME", 1]] }, é: {} });
const examplesOf = (documents: readonly Document[]): PairExample[] =>
  documents.flatMap((document) => makePairs(document, schema, new NoticeLog()));
const scoredOf = <P>({ texts }: Encoded<P>): P[] => texts.flatMap(({ examples }) => examples);

const documents = fc.array(anyDocument, { maxLength: 3 });
const bounds: fc.Arbitrary<CandidateBounds> = fc.record(
  {
    schema: fc.constant(relationSchema({ IS_IN: { types: [["OBJECT", "TIME", 1]] } })),
    maxDistance: fc.nat(9),
    maxPairs: fc.nat(9),
  },
  { requiredKeys: [] },
);

test.each(["pair", "document"] as const)("%s: every pair is scored or told, in numbers too", async (encoding) => {
  await fc.assert(
    fc.asyncProperty(documents, bounds, fc.integer({ min: 8, max: 40 }), async (documents, bounds, maxLength) => {
      const examples = examplesOf(documents);
      const encoded = await encodeExamples(tokenizer, examples, { encoding, maxLength, bounds });
      const { texts, unscored, count, lengths, excluded } = encoded;
      const scored = scoredOf(encoded);
      expect(scored).toHaveLength(count);
      const all = new Set([...scored, ...unscored.map(({ example }) => example)]);
      expect(all.size).toBe(count + unscored.length);
      expect(all).toEqual(new Set(examples));

      for (const { encoding, examples: ofText } of texts) {
        expect(ofText).toHaveLength(encoding.pairs.length);
        expect(new Set(ofText.map(({ document }) => document)).size).toBe(1);
        expect(encoding.inputIds.length).toBeLessThanOrEqual(maxLength);
      }
      const beyondBounds = unscored.filter((pair) => pair.excluded);
      expect(Object.values(excluded).reduce((sum, count) => sum + count, 0)).toBe(beyondBounds.length);
      expect(lengths.examples).toBe(examples.length - beyondBounds.length);
      expect(lengths.tooFarApart + lengths.mentionsWithoutTokens).toBe(unscored.length - beyondBounds.length);
      const truncated = texts.filter((text) => text.encoding.truncated).flatMap((text) => text.examples);
      expect(lengths.truncated).toBe(truncated.length);
      for (const { message } of unscored) expect(message).not.toBe("");
    }),
    { numRuns: 60 },
  );
});

test("both encodings score the same pairs of texts that fit: one text for each pair, or one for each document", async () => {
  await fc.assert(
    fc.asyncProperty(documents, bounds, async (documents, bounds) => {
      const examples = examplesOf(documents);
      const [each, together] = await Promise.all(
        (["pair", "document"] as const).map((encoding) =>
          encodeExamples(tokenizer, examples, { encoding, maxLength: undefined, bounds }),
        ),
      );
      expect(scoredOf(each!)).toEqual(scoredOf(together!));
      expect(each!.unscored).toEqual(together!.unscored);
      expect(each!.excluded).toEqual(together!.excluded);
      expect(each!.lengths).toEqual(together!.lengths);
      expect(each!.texts.every((text) => text.examples.length === 1)).toBe(true);
      const read = together!.texts.map((text) => text.examples[0]!.document);
      expect(read).toEqual([...new Set(read)]);
    }),
    { numRuns: 40 },
  );
});

const far = (): Document => {
  const document = makeDocument(
    "far",
    `Ana ${"far ".repeat(60)}Bo and Leeds`,
    ["Ana", "Bo", "Leeds"],
    [[0, 1, "WHO_DO"]],
  );
  const blank = { start: 3, end: 4, type: "T" };
  return { ...document, entities: [...document.entities, blank] };
};

test.each(["pair", "document"] as const)("%s: says of each pair that cannot be encoded why", async (encoding) => {
  const encoded = await encodeExamples(tokenizer, examplesOf([far()]), { encoding, maxLength: 32 });
  const messages = new Map(encoded.unscored.map(({ example, message }) => [`${example.head}${example.tail}`, message]));
  expect([...messages.keys()].sort()).toEqual(["01", "02", "03", "10", "13", "20", "23", "30", "31", "32"]);
  expect(messages.get("01")).toMatch(/the two mentions are \d+ tokens apart/);
  expect(messages.get("31")).toContain("has no token of its own");
  expect(scoredOf(encoded).map(({ head, tail }) => [head, tail])).toEqual([
    [1, 2],
    [2, 1],
  ]);
  expect(encoded.lengths).toEqual({
    examples: 12,
    truncated: 2,
    mentionsCut: 0,
    mentionsWithoutTokens: 6,
    tooFarApart: 4,
    mentionsTooLong: 0,
  });
});

test("a mention that is cut counts for its own pairs alone, in both encodings", async () => {
  const document = makeDocument("d", `Ana ${"z".repeat(60)} Bo`, ["Ana", "z".repeat(60), "Bo"]);
  for (const encoding of ["pair", "document"] as const) {
    const { lengths } = await encodeExamples(tokenizer, examplesOf([document]), { encoding, maxLength: undefined });
    expect(lengths).toMatchObject({ examples: 6, truncated: 0, mentionsCut: 4 });
  }
});

test("a document may have more pairs than a call takes arguments", async () => {
  const document = typedDocument(Array<string>(400).fill("T"));
  const pairs = candidatePairs(400).map(([head, tail]): PairPlace => ({ document, head, tail }));
  const { unscored, lengths } = await encodeExamples(tokenizer, pairs, { encoding: "document", maxLength: 3 });
  expect(unscored).toHaveLength(400 * 399);
  expect(lengths.tooFarApart).toBe(400 * 399);
});

test("rowsOf gives each example its own row", () => {
  const encoding = {
    inputIds: new Int32Array(),
    entityIds: new Int32Array(),
    entityPositionIds: [],
    pairs: [],
    truncated: false,
    mentionCut: false,
  };
  const texts = [
    { encoding, examples: ["a", "b"] },
    { encoding, examples: ["c"] },
  ];
  const rows = rowsOf(texts, [Float32Array.of(1, 2, 3, 4, 5, 6), Float32Array.of(7, 8, 9)]);
  expect(rows.map(({ example, logits }) => [example, ...logits])).toEqual([
    ["a", 1, 2, 3],
    ["b", 4, 5, 6],
    ["c", 7, 8, 9],
  ]);
  expect(rowsOf([], [])).toEqual([]);
});

describe("requireEncodable", () => {
  const encode = (documents: Document[], bounds: CandidateBounds = {}) =>
    encodeExamples(tokenizer, examplesOf(documents), { encoding: "document", maxLength: 32, bounds });

  test("tells why the first of pairs that are all unscored is", async () => {
    const none = await encode([far()], { maxPairs: 0 });
    expect(() => requireEncodable(none, "training pairs")).toThrow(DataError);
    expect(() => requireEncodable(none, "training pairs")).toThrow(
      "None of the 12 training pairs can be given to the model; of the first: the document has 12 pairs",
    );
  });

  test("is content with one pair, and with none at all", async () => {
    const [some, none] = [await encode([far()]), await encode([])];
    expect(() => requireEncodable(some, "training pairs")).not.toThrow();
    expect(() => requireEncodable(none, "training pairs")).not.toThrow();
  });
});
