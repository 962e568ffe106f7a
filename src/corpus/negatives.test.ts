import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeDocument } from "../../test/fixtures/documents.ts";
import { typedDocument } from "../../test/fixtures/schemas.ts";
import { random } from "../random.ts";
import { thinNegatives, type NegativeStrategy } from "./negatives.ts";
import type { PairExample } from "./pairs.ts";

const document = makeDocument("d", "x");
const examples = (labels: readonly number[]): PairExample[] =>
  labels.map((label, i) => ({ id: `d-${i}`, document, head: 0, tail: 1, label, labels: [label] }));

const thin = (all: PairExample[], negativesPerPositive: number | undefined, seed = 1): PairExample[] =>
  thinNegatives(all, { negativesPerPositive, noRelationId: 0, random: random(seed, "negatives") });

test("keeps all positives, as many negatives as asked, and the order", () => {
  const ratio = fc.double({ min: 0, max: 5, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 2 }), { maxLength: 30 }), ratio, fc.nat(), (labels, ratio, seed) => {
      const all = examples(labels);
      const kept = thin(all, ratio, seed);
      const positives = all.filter(({ label }) => label !== 0);
      expect(kept.filter(({ label }) => label !== 0)).toEqual(positives);
      const wanted = Math.min(all.length - positives.length, Math.floor(ratio * positives.length));
      expect(kept).toHaveLength(positives.length + wanted);
      expect(kept).toEqual(all.filter((example) => kept.includes(example)));
    }),
  );
});

test("undefined keeps all; a seed gives the same choice again, another seed another", () => {
  const all = examples([1, ...Array.from({ length: 50 }, () => 0)]);
  expect(thin(all, undefined)).toEqual(all);
  expect(thin(all, 5, 1)).toEqual(thin(all, 5, 1));
  expect(thin(all, 5, 1)).not.toEqual(thin(all, 5, 2));
});

describe("strategies", () => {
  // One pair is related, 0 to 1 of the first document; the second has none.
  const related = typedDocument(["PER", "ORG", "PER", "ORG"]);
  const other = typedDocument(["PER", "ORG"]);
  const pair = (document: typeof related, head: number, tail: number, label = 0): PairExample => ({
    id: `${document === related ? "related" : "other"} ${head}${tail}`,
    document,
    head,
    tail,
    label,
    labels: [label],
  });
  const hard = [pair(related, 0, 3), pair(related, 2, 1)];
  const ofTypes = [pair(related, 2, 3), pair(other, 0, 1)];
  const easy = [pair(related, 1, 0), pair(related, 0, 2), pair(other, 1, 0), pair(related, 3, 2)];
  const examples = [...easy, pair(related, 0, 1, 1), ...ofTypes, ...hard];
  const kept = (strategy: NegativeStrategy, negativesPerPositive: number, seed: number): PairExample[] =>
    thinNegatives(examples, { negativesPerPositive, strategy, noRelationId: 0, random: random(seed, "negatives") });
  const seeds = Array.from({ length: 20 }, (_, seed) => seed);
  const choices = (strategy: NegativeStrategy, count: number): Set<PairExample> =>
    new Set(seeds.flatMap((seed) => kept(strategy, count, seed)).filter(({ label }) => label === 0));

  test("random may keep any negative", () =>
    expect(choices("random", 1)).toEqual(new Set([...easy, ...ofTypes, ...hard])));

  test("types keeps those of related types first, any of them, then any other", () => {
    expect(choices("types", 1)).toEqual(new Set([...ofTypes, ...hard]));
    for (const seed of seeds) expect(kept("types", 5, seed)).toEqual(expect.arrayContaining([...ofTypes, ...hard]));
    expect(choices("types", 5)).toEqual(new Set([...easy, ...ofTypes, ...hard]));
  });

  test("hard keeps first those of related types that share an entity with a related pair", () => {
    expect(choices("hard", 1)).toEqual(new Set(hard));
    expect(choices("hard", 3)).toEqual(new Set([...ofTypes, ...hard]));
    for (const seed of seeds) expect(kept("hard", 3, seed)).toEqual(expect.arrayContaining(hard));
  });

  test.each<NegativeStrategy>(["random", "types", "hard"])(
    "%s: a seed gives the same choice, in the order given",
    (strategy) => {
      expect(kept(strategy, 2, 3)).toEqual(kept(strategy, 2, 3));
      expect(kept(strategy, 2, 3)).toEqual(examples.filter((example) => kept(strategy, 2, 3).includes(example)));
      expect(kept(strategy, 2, 3)).toHaveLength(3);
    },
  );
});
