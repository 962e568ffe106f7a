import * as fc from "fast-check";
import { expect, test } from "vitest";
import { makeDocument } from "../../test/fixtures/documents.ts";
import { random } from "../random.ts";
import { thinNegatives } from "./negatives.ts";
import type { PairExample } from "./pairs.ts";

const document = makeDocument("d", "x");
const examples = (labels: readonly number[]): PairExample[] =>
  labels.map((label, i) => ({ id: `d-${i}`, document, head: 0, tail: 1, label }));

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
