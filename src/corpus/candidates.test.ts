import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyDocument } from "../../test/fixtures/documents.ts";
import { relationSchema, typedDocument } from "../../test/fixtures/schemas.ts";
import { chooseCandidates, distanceBetween, type CandidateBounds, type PairPlace } from "./candidates.ts";
import type { Document } from "./document.ts";
import { candidatePairs } from "./pairs.ts";
import { mayBeRelated } from "./schema.ts";

const pairsOf = (document: Document): PairPlace[] =>
  candidatePairs(document.entities.length).map(([head, tail]) => ({ document, head, tail }));

const distanceOf = ({ document: { entities }, head, tail }: PairPlace): number =>
  distanceBetween(entities[head]!, entities[tail]!);

const schema = relationSchema({ IN: { types: [["OBJECT", "TIME", 1]] } });
const bounds: fc.Arbitrary<CandidateBounds> = fc.record(
  { schema: fc.constant(schema), maxDistance: fc.nat(12), maxPairs: fc.nat(8) },
  { requiredKeys: [] },
);

test("every pair is a candidate or excluded, in its order, and each bound is kept", () => {
  fc.assert(
    fc.property(fc.array(anyDocument, { maxLength: 3 }), bounds, (documents, bounds) => {
      const pairs = documents.flatMap(pairsOf);
      const { candidates, excluded } = chooseCandidates(pairs, bounds);
      expect(candidates).toEqual(pairs.filter((pair) => candidates.includes(pair)));
      expect(excluded.map(({ pair }) => pair)).toEqual(pairs.filter((pair) => !candidates.includes(pair)));

      const { schema, maxDistance = Infinity, maxPairs = Infinity } = bounds;
      const isAllowed = ({ document: { entities }, head, tail }: PairPlace): boolean =>
        schema === undefined || mayBeRelated(schema, entities[head]!.type, entities[tail]!.type);
      for (const document of documents) {
        const near = pairsOf(document).filter((pair) => isAllowed(pair) && distanceOf(pair) <= maxDistance);
        const chosen = candidates.filter((pair) => pair.document === document);
        expect(chosen).toHaveLength(Math.min(near.length, maxPairs));
        expect(chosen.every((pair) => isAllowed(pair) && distanceOf(pair) <= maxDistance)).toBe(true);
        const left = excluded.filter(({ pair, why }) => pair.document === document && why === "count");
        const farthest = Math.max(...chosen.map(distanceOf));
        expect(left.every(({ pair }) => distanceOf(pair) >= farthest)).toBe(true);
      }
      for (const { pair, why } of excluded) {
        expect(why).toBe(!isAllowed(pair) ? "types" : distanceOf(pair) > maxDistance ? "distance" : "count");
      }
    }),
  );
});

describe("three words, four characters each, with a blank between them", () => {
  const document = typedDocument(["OBJECT", "TIME", "OBJECT"]);
  const choose = (bounds: CandidateBounds): string[] =>
    chooseCandidates(pairsOf(document), bounds).candidates.map(({ head, tail }) => `${head}${tail}`);

  test.each<[string, CandidateBounds, string[]]>([
    ["no bounds", {}, ["01", "02", "10", "12", "20", "21"]],
    ["types", { schema }, ["01", "21"]],
    ["types that may be anything", { schema: relationSchema({ IN: {} }) }, ["01", "02", "10", "12", "20", "21"]],
    ["distance", { maxDistance: 1 }, ["01", "10", "12", "21"]],
    ["no distance at all", { maxDistance: 0 }, []],
    ["the nearest, of equals the first", { maxPairs: 3 }, ["01", "10", "12"]],
    ["the nearest of those of the right types", { schema, maxPairs: 1 }, ["01"]],
    ["no pairs", { maxPairs: 0 }, []],
  ])("%s", (_, bounds, expected) => expect(choose(bounds)).toEqual(expected));

  test("each exclusion says why", () => {
    const messages = (bounds: CandidateBounds): string[] =>
      chooseCandidates(pairsOf(document), bounds).excluded.map(({ message }) => message);
    expect(messages({ schema })[0]).toBe("no relation of the schema joins OBJECT to OBJECT");
    expect(messages({ maxDistance: 5 })).toEqual([
      "6 characters lie between the two, more than --max-distance 5",
      "6 characters lie between the two, more than --max-distance 5",
    ]);
    expect(messages({ maxPairs: 5 })).toEqual([
      "the document has 6 pairs, of which the nearest 5 are scored (--max-pairs)",
    ]);
  });
});

test("spans that touch, overlap or stand in each other are no distance apart", () => {
  expect(distanceBetween({ start: 0, end: 4 }, { start: 4, end: 6 })).toBe(0);
  expect(distanceBetween({ start: 0, end: 4 }, { start: 1, end: 2 })).toBe(0);
  expect(distanceBetween({ start: 9, end: 12 }, { start: 0, end: 4 })).toBe(5);
});
