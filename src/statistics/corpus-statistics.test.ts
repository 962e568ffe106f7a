import * as fc from "fast-check";
import { expect, test } from "vitest";
import { makeDocument } from "../../test/fixtures/documents.ts";
import { richDocument } from "../../test/fixtures/rich-documents.ts";
import type { Document, Entity } from "../corpus/document.ts";
import { StatisticsCounter, type CorpusStatistics } from "./corpus-statistics.ts";
import { sharedCharacters } from "./entities.ts";
import { estimatedTokens, type TokenCounter } from "./lengths.ts";

async function statisticsOf(
  documents: readonly Document[],
  tokens: TokenCounter = estimatedTokens,
): Promise<CorpusStatistics> {
  const counter = new StatisticsCounter({ noRelationLabel: "NO_REL", tokens });
  for (const document of documents) await counter.add(document);
  return counter.summary();
}

const text = "Anna lit le contrat de 2002 ; Paul attend.";
const words = ["Anna", "lit", "contrat", "2002", "Paul", "attend"];

test("a corpus by hand", async () => {
  const documents = [
    makeDocument("a", text, words, [
      [0, 1, "WHO_DO"],
      [1, 2, "DO_WHAT"],
      [2, 1, "DONE_BY"],
      [1, 2, "READS"],
      [3, 2, "TIME_OF"],
      [4, 5, "WHO_DO"],
      [4, 5, "WHO_DO"],
      [0, 4, "NO_REL"],
      [5, 5, "IS"],
    ]),
    makeDocument("b", "Rien.", []),
    makeDocument("c", "Paul.", ["Paul"]),
  ];
  const { documents: counted, entities, relations } = await statisticsOf(documents);
  expect(counted).toMatchObject({ total: 3, withoutEntities: 1, withOneEntity: 1, withoutRelations: 2 });
  expect(counted.characters).toMatchObject({ count: 3, sum: text.length + 10, median: 5 });
  expect(counted.words).toMatchObject({ sum: 10, max: 8 });
  expect(entities).toMatchObject({ total: 7, unrelated: 1, overlapping: 0, types: [{ type: "T", count: 7 }] });
  expect(relations).toMatchObject({
    total: 9,
    selfLoops: 1,
    repeated: 1,
    pairs: { total: 30, related: 5, unrelated: 25, severalLabels: 1, bothDirections: 2, explicitNegatives: 1 },
  });
  expect(relations.labels).toEqual([
    { label: "WHO_DO", count: 3, documents: 1 },
    ...["DONE_BY", "DO_WHAT", "IS", "NO_REL", "READS", "TIME_OF"].map((label) => ({ label, count: 1, documents: 1 })),
  ]);
  expect(relations.triples.map(({ head, label, tail, count }) => [head, label, tail, count])).toEqual([
    ["T", "WHO_DO", "T", 3],
    ["T", "DONE_BY", "T", 1],
    ["T", "DO_WHAT", "T", 1],
    ["T", "READS", "T", 1],
    ["T", "TIME_OF", "T", 1],
  ]);
  // Anna lit 1, lit … contrat 4 in both directions, contrat … 2002 4, Paul attend 1.
  expect(relations.distance.characters).toMatchObject({ count: 5, sum: 14, min: 1, median: 4, max: 4 });
  expect(relations.distance.words).toMatchObject({ count: 5, sum: 3 });
});

test("distances of nested and touching entities are 0", async () => {
  const document: Document = {
    id: "d",
    text: "l'avenant de 2019",
    entities: [
      { start: 0, end: 17, type: "" },
      { start: 13, end: 17, type: "" },
      { start: 0, end: 13, type: "" },
    ],
    relations: [
      { head: 1, tail: 0, label: "OF" },
      { head: 1, tail: 2, label: "OF" },
    ],
  };
  const { relations } = await statisticsOf([document]);
  expect(relations.distance.characters).toMatchObject({ count: 2, max: 0 });
  expect(relations.distance.words).toMatchObject({ count: 2, max: 0 });
});

test("overlaps are those that every pair of entities tells", () => {
  const span = fc.tuple(fc.nat(8), fc.integer({ min: 1, max: 5 }));
  fc.assert(
    fc.property(fc.array(span, { maxLength: 8 }), (spans) => {
      const entities = spans.map(([start, length]): Entity => ({ start, end: start + length, type: "" }));
      const withAnother = (is: (entity: Entity, other: Entity) => boolean): number =>
        entities.filter((entity) => entities.some((other) => other !== entity && is(entity, other))).length;
      const isEqual = (a: Entity, b: Entity): boolean => a.start === b.start && a.end === b.end;
      expect(sharedCharacters(entities)).toEqual({
        overlapping: withAnother((a, b) => a.start < b.end && b.start < a.end),
        nested: withAnother((a, b) => b.start <= a.start && a.end <= b.end && !isEqual(a, b)),
        equalSpans: withAnother(isEqual),
      });
    }),
    { numRuns: 1000 },
  );
});

test("parts add up, whatever the documents hold", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(richDocument, { maxLength: 4 }), async (documents) => {
      const { documents: counted, entities, relations } = await statisticsOf(documents);
      const sum = (of: readonly { count: number }[]): number => of.reduce((total, { count }) => total + count, 0);
      const { pairs } = relations;
      expect(counted.total).toBe(documents.length);
      expect(sum(entities.types)).toBe(entities.total);
      expect(sum(relations.labels)).toBe(relations.total);
      expect(pairs.related + pairs.unrelated).toBe(pairs.total);
      expect(relations.distance.characters.count).toBe(pairs.related);
      expect(pairs.bothDirections % 2).toBe(0);
      const negatives = documents
        .flatMap(({ relations }) => relations)
        .filter(({ head, tail, label }) => head !== tail && label === "NO_REL").length;
      expect(sum(relations.triples)).toBe(relations.total - relations.selfLoops - negatives);
      expect(entities.overlapping).toBeGreaterThanOrEqual(Math.max(entities.nested, entities.equalSpans));
    }),
  );
});

test("tokens are estimated by bytes, and what does not fit is counted", async () => {
  const counts = await estimatedTokens.count({ id: "d", text: "Un colis 📦 part !!", entities: [], relations: [] }, [
    [
      { start: 3, end: 8 },
      { start: 12, end: 16 },
    ],
  ]);
  // Un, co|lis, 📦, part, !!, and six around them.
  expect(counts).toEqual({ text: 12, pairs: [10] });

  const far = `Anna ${"dit ".repeat(600)}oui`;
  const document = makeDocument(
    "d",
    far,
    ["Anna", "oui", "dit"],
    [
      [0, 1, "SAYS"],
      [0, 2, "SAYS"],
    ],
  );
  const { tokens } = await statisticsOf([document, makeDocument("e", text, words)]);
  expect(tokens).toMatchObject({ isEstimate: true, maxLength: 512, longDocuments: 1, pairsTooFarApart: 1 });
  expect(tokens.perDocument.max).toBe(608);
});
