import * as fc from "fast-check";
import { expect, test } from "vitest";
import { anyDocument } from "../../test/fixtures/documents.ts";
import { tinyTokenizer } from "../../test/support/tiny-tokenizer.ts";
import { candidatePairs } from "../corpus/pairs.ts";
import { encodePairs } from "../tokenization/inputs/pair-encoding.ts";
import { tokenizerTokens } from "./tokens.ts";

test("the pairs that are too far apart are those that have no encoding", async () => {
  const tokenizer = tinyTokenizer();
  let found = 0;
  await fc.assert(
    fc.asyncProperty(anyDocument, fc.integer({ min: 8, max: 24 }), async (document, maxLength) => {
      const { text, entities } = document;
      const spans = candidatePairs(entities.length).map(([head, tail]) => [entities[head]!, entities[tail]!] as const);
      const { pairs } = await tokenizerTokens(tokenizer, "", maxLength).count(document, spans);
      const encoded = await encodePairs(
        tokenizer,
        text,
        spans.map(([head, tail]) => ({ head, tail })),
        { maxLength },
      );
      const isTooFar = encoded.map((one) => "unencodable" in one && one.unencodable.kind === "mentions too far apart");
      expect(pairs.map((tokens) => tokens > maxLength)).toEqual(isTooFar);
      found += isTooFar.filter(Boolean).length;
    }),
    { numRuns: 50 },
  );
  expect(found).toBeGreaterThan(10);
});
