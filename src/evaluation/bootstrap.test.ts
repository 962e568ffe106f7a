import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareByDocument, type JudgedPair } from "./bootstrap.ts";
import { confusionOfSets } from "./confusion.ts";
import { metricValue, scoresOf } from "./scores.ts";
import { verdictOn } from "./verdict.ts";

const metrics = ["accuracy", "macro_f1", "micro_f1", "relation_macro_f1", "relation_micro_f1"] as const;
const sizes = { labelCount: 4, noRelationId: 0 };

/** So many documents of two pairs, of which the model has `better` more right than the baseline. */
const documents = (count: number, better: number): JudgedPair[] =>
  Array.from({ length: count }, (_, document) => [
    { document, gold: [1], predicted: [[document < better ? 1 : 0], [0]] },
    { document, gold: [0], predicted: [[0], [0]] },
  ]).flat();

const labels = fc.uniqueArray(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }).map((ids) => (ids.length ? ids : [0]));

test("the differences are those of the scores, pairs of several labels too", () => {
  const pair = fc.record({
    document: fc.integer({ min: 0, max: 9 }),
    gold: labels,
    predicted: fc.tuple(labels, labels).map((both) => [...both]),
  });
  fc.assert(
    fc.property(fc.array(pair, { minLength: 30, maxLength: 60 }), (pairs) => {
      const { intervals, documents: count } = compareByDocument(pairs, ["b"], metrics, sizes);
      if (count < 6) return;
      const scores = [0, 1].map((system) => {
        const given = pairs.map(({ predicted }) => predicted[system]!);
        const names = ["NO_REL", "a", "b", "c"];
        return scoresOf(confusionOfSets(pairs.map(({ gold }) => gold), given, names)); // prettier-ignore
      });
      for (const { metric, difference, low, high } of intervals) {
        expect(difference).toBeCloseTo(metricValue(scores[0]!, metric) - metricValue(scores[1]!, metric), 10);
        expect(low).toBeLessThanOrEqual(high);
      }
    }),
    { numRuns: 20 },
  );
});

test("the interval of accuracy is that of the mean of the documents' differences", () => {
  const { intervals, resamples } = compareByDocument(documents(100, 50), ["b"], ["accuracy"], sizes);
  expect(resamples).toBe(1000);
  // Half of the documents are better by half: the mean is 0.25, its standard error 0.25 / √100.
  const [{ difference, low, high }] = intervals as [(typeof intervals)[number]];
  expect(difference).toBeCloseTo(0.25, 12);
  expect(low).toBeCloseTo(0.25 - 1.96 * 0.025, 1);
  expect(high).toBeCloseTo(0.25 + 1.96 * 0.025, 1);
  expect(low).toBeGreaterThan(0.18);
  expect(high).toBeLessThan(0.32);
});

test("the same pairs give the same intervals", () => {
  const compare = (): unknown => compareByDocument(documents(12, 5), ["b"], metrics, sizes);
  expect(compare()).toEqual(compare());
});

describe("the verdict", () => {
  const verdict = (count: number, better: number): ReturnType<typeof verdictOn> =>
    verdictOn([], compareByDocument(documents(count, better), ["b"], metrics, sizes));

  test("one document, or a few, say nothing, however well it goes", () => {
    expect(verdict(1, 1)).toMatchObject({ isSure: false });
    expect(verdict(1, 1)!.sentence).toContain("but one document is too few to say that it beats them: 6 at least");
    expect(verdict(5, 5)!.sentence).toContain("5 documents are too few");
  });

  test("a difference that one document makes may be chance", () => {
    expect(verdict(20, 1)).toMatchObject({ isSure: false });
    expect(verdict(20, 1)!.sentence).toMatch(
      /may be chance: the 95 % interval .* reaches 0 on accuracy to b \(\+0\.025, \+0\.000 to/,
    );
  });

  test("a difference that most documents make is none", () => {
    expect(verdict(20, 15)).toMatchObject({ isSure: true });
    expect(verdict(20, 15)!.sentence).toMatch(
      /^The model beats every baseline on accuracy, macro_f1, .*20 documents, 1000 resamples/,
    );
  });

  test("nothing is said of a model that a baseline equals", () => {
    const unbeaten = [{ baseline: "b", metric: "accuracy" as const, model: 0, score: 0, sentence: "" }];
    expect(verdictOn(unbeaten, compareByDocument(documents(20, 15), ["b"], metrics, sizes))).toBeUndefined();
  });
});
