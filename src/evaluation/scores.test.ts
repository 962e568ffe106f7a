import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addConfusion, confusionOf, confusionOfSets } from "./confusion.ts";
import { greaterIsBetter, isBetter, metricNames, metricProtocol, metricValue, scoresOf } from "./scores.ts";
import { evaluationSettings } from "./settings.ts";
import { noRelationFoundReason, zeroReason } from "./zero-reasons.ts";

interface OracleCase {
  name: string;
  num_labels: number;
  gold: number[];
  predicted: number[];
  answers: Record<"accuracy" | "micro_f1" | "macro_f1" | "relation_micro_f1" | "relation_macro_f1", number> &
    Record<"precision" | "recall" | "f1" | "support", number[]> & { confusion_matrix: number[][] };
}

// Made by scripts/oracle/sklearn_scores.py.
const oracle: { cases: OracleCase[] } = JSON.parse(
  readFileSync(new URL("../../test/oracle/sklearn-scores.json", import.meta.url), "utf8"),
);

const labels = (count: number): string[] => Array.from({ length: count }, (_, id) => (id === 0 ? "NO_REL" : `R${id}`));

describe("scikit-learn", () => {
  test("stored more than 30 cases", () => expect(oracle.cases.length).toBeGreaterThan(30));

  test.each(oracle.cases)("$name", ({ num_labels, gold, predicted, answers }) => {
    const confusion = confusionOf(gold, predicted, labels(num_labels));
    expect(confusion.counts).toEqual(answers.confusion_matrix);
    const scores = scoresOf(confusion);
    for (const name of metricNames) {
      if (name !== "loss") expectClose(metricValue(scores, name), answers[name]);
    }
    for (const [id, label] of scores.perLabel.entries()) {
      expectClose(label.precision, answers.precision[id]!);
      expectClose(label.recall, answers.recall[id]!);
      expectClose(label.f1, answers.f1[id]!);
      expect(label.support).toBe(answers.support[id]);
    }
  });
});

const expectClose = (actual: number, expected: number): void =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-12);

const dataset = fc.integer({ min: 2, max: 9 }).chain((numLabels) =>
  fc.record({
    numLabels: fc.constant(numLabels),
    pairs: fc.array(fc.tuple(fc.nat(numLabels - 1), fc.nat(numLabels - 1)), { maxLength: 80 }),
    order: fc.shuffledSubarray(
      labels(numLabels).map((_, id) => id),
      { minLength: numLabels, maxLength: numLabels },
    ),
    cut: fc.nat(80),
  }),
);

const count = (pairs: readonly (readonly [number, number])[], id2label: readonly string[]) =>
  confusionOf(
    pairs.map(([gold]) => gold),
    pairs.map(([, predicted]) => predicted),
    id2label,
  );

describe("for all data", () => {
  test("scores do not change when label ids are permuted", () => {
    fc.assert(
      fc.property(dataset, ({ numLabels, pairs, order }) => {
        const id2label = labels(numLabels);
        const moved = id2label.map((_, id) => id2label[order.indexOf(id)]!);
        const before = scoresOf(count(pairs, id2label));
        const after = scoresOf(
          count(
            pairs.map(([gold, predicted]) => [order[gold]!, order[predicted]!]),
            moved,
          ),
          { noRelationId: order[0]! },
        );
        for (const name of metricNames)
          if (name !== "loss") expectClose(metricValue(after, name), metricValue(before, name));
        expect(after.falsePositiveRate).toBe(before.falsePositiveRate);
        expect(after.protocol).toEqual(before.protocol);
        for (const label of before.perLabel) {
          expect(after.perLabel[order[label.id]!]).toEqual({ ...label, id: order[label.id] });
        }
      }),
    );
  });

  test("the counts of shards add up to the counts of the whole", () => {
    fc.assert(
      fc.property(dataset, ({ numLabels, pairs, cut }) => {
        const id2label = labels(numLabels);
        const shards = addConfusion(count(pairs.slice(0, cut), id2label), count(pairs.slice(cut), id2label));
        expect(shards).toEqual(count(pairs, id2label));
      }),
    );
  });

  test("micro F1 over all labels is accuracy, and every ratio lies within 0 and 1", () => {
    fc.assert(
      fc.property(dataset, ({ numLabels, pairs }) => {
        const scores = scoresOf(count(pairs, labels(numLabels)));
        expect(scores.microF1).toBe(scores.accuracy);
        expect(scores.count).toBe(pairs.length);
        const ratios = [
          ...(
            ["accuracy", "microF1", "macroF1", "relationMicroF1", "relationMacroF1", "falsePositiveRate"] as const
          ).map((field) => scores[field]),
          ...scores.perLabel.flatMap(({ precision, recall, f1 }) => [precision, recall, f1]),
        ];
        for (const value of ratios) expect(value >= 0 && value <= 1).toBe(true);
        for (const { f1, precision, recall } of scores.perLabel) {
          expect(f1).toBeLessThanOrEqual(Math.max(precision, recall) + 1e-12);
        }
      }),
    );
  });
});

describe("scoresOf", () => {
  test("an unusual name and id of the no-relation label change no number", () => {
    const scores = scoresOf(confusionOf([1, 1, 0, 0], [1, 0, 0, 1], ["knows", "nichts"]), { noRelationId: 1 });
    expect(scores.relationMicroF1).toBe(0.5);
    expect(scores.falsePositiveRate).toBe(0.5);
    expect(scores.protocol.relationMicroF1).toContain("nichts left out");
    expect(scores.prevalence).toBe("4 pairs, 50.0 % of them nichts in gold");
  });

  test("every metric has a protocol that tells whether NO_REL is counted", () => {
    const scores = scoresOf(confusionOf([0, 1], [0, 1], labels(2)), { loss: 0.25 });
    for (const name of metricNames) {
      expect(metricProtocol(scores, name)).toContain(
        name.startsWith("relation") ? "NO_REL left out" : "NO_REL included",
      );
    }
    expect(metricValue(scores, "loss")).toBe(0.25);
  });

  test("the protocol counts the labels that an average goes over", () => {
    const { protocol } = scoresOf(confusionOf([0, 1, 1], [0, 3, 1], labels(6)));
    expect(protocol.macroF1).toContain("3 of 6 labels occur");
    expect(protocol.relationMacroF1).toContain("2 relations occur");
  });

  test("a loss that was not measured cannot be asked for", () => {
    expect(() => metricValue(scoresOf(confusionOf([0], [0], labels(2))), "loss")).toThrow(/hold no loss/);
  });

  test("co-occurring, unrelated pairs show in the false positive rate", () => {
    const confusion = confusionOf([0, 0, 0, 0, 0], [1, 1, 2, 0, 0], labels(3));
    expect(scoresOf(confusion).falsePositiveRate).toBe(0.6);
  });

  test("gold relations that were never scored are misses", () => {
    const scored = confusionOf([1, 1, 0], [1, 1, 0], labels(2));
    expect(scoresOf(scored).perLabel[1]!.recall).toBe(1);
    const gold = [1, 1, 0, 1, 1, 0].map((label) => [label]);
    const given = [1, 1, 0, 0, 0, 0].map((label) => [label]);
    const all = scoresOf(confusionOfSets(gold, given, labels(2)));
    expect(all.perLabel[1]).toMatchObject({ support: 4, recall: 0.5, falseNegatives: 2, precision: 1 });
    expect(all.count).toBe(6);
  });

  test("an average goes over shares of summed counts, not over shards", () => {
    const small = confusionOf([1], [1], labels(2));
    const large = confusionOf([1, 1, 1], [0, 0, 0], labels(2));
    expect(scoresOf(addConfusion(small, large)).perLabel[1]!.f1).toBeCloseTo(2 / 5);
  });
});

describe("confusionOf", () => {
  test("tells what is wrong with its input", () => {
    expect(() => confusionOf([0, 1], [0], labels(2))).toThrow("2 gold labels, but 1 predicted");
    expect(() => confusionOf([0, 2], [0, 0], labels(2))).toThrow("Counting pair 1: the gold label id is 2");
    expect(() => confusionOf([0], [-1], labels(2))).toThrow("the predicted label id is -1");
    expect(() => addConfusion(confusionOf([], [], ["a", "b"]), confusionOf([], [], ["b", "a"]))).toThrow(
      "[a, b] and [b, a]",
    );
  });
});

describe("choosing", () => {
  test("a loss is better when lower, all else when higher, and not-a-number never is", () => {
    expect(metricNames.filter((name) => !greaterIsBetter(name))).toEqual(["loss"]);
    expect([isBetter("loss", 1, 2), isBetter("loss", 2, 1), isBetter("loss", NaN, 1)]).toEqual([true, false, false]);
    expect([isBetter("macro_f1", 1, 0), isBetter("macro_f1", 0, 0), isBetter("macro_f1", NaN, 0)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test("the settings know the metric, the weights to keep, their defaults, and nothing else", () => {
    expect(evaluationSettings.parse({})).toEqual({ metric: "macro_f1", keep: "latest" });
    expect(evaluationSettings.safeParse({ metric: "f2" }).success).toBe(false);
    expect(evaluationSettings.safeParse({ metrics: "loss" }).success).toBe(false);
    expect(evaluationSettings.shape.metric.description).toBeTruthy();
  });
});

describe("a zero says why", () => {
  const zeros = (gold: number[], predicted: number[]): (string | undefined)[] => {
    const scores = scoresOf(confusionOf(gold, predicted, labels(3)));
    return [noRelationFoundReason(scores), ...scores.perLabel.slice(1).map(zeroReason)];
  };
  test.each([
    [[1, 2], [0, 0], "no relation was predicted: all pairs were given NO_REL", "never predicted, though 1 gold"],
    [[0, 0], [1, 0], "no gold pair has a relation: all are NO_REL", "no such gold label, but predicted once"],
    [
      [1, 2],
      [2, 1],
      "relations were predicted, but none with the label that is gold",
      "predicted once, never where it is gold",
    ],
    [[2], [2], undefined, "no such gold label and never predicted"],
    [[1], [1], undefined, undefined],
    [[], [], "no pairs were scored", "no such gold label and never predicted"],
  ])("gold %j, predicted %j", (gold, predicted, overall, first) => {
    expect(zeros(gold, predicted).slice(0, 2)).toEqual([overall, first]);
  });
});
