import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { confusionOf, confusionOfSets } from "./confusion.ts";
import { countsByDocument, LabelTotals } from "./document-counts.ts";
import { scoresOf, type Scores } from "./scores.ts";

interface Case<Labels> {
  readonly num_labels: number;
  readonly gold: readonly Labels[];
  readonly predicted: readonly Labels[];
  /** Micro and macro F1 over the relations that occur. */
  readonly relations: readonly [micro: number, macro: number];
  /** Precision, recall, F1 and support of each label; of relations alone where pairs have several labels. */
  readonly labels: readonly (readonly number[])[];
}

interface SingleCase extends Case<number> {
  readonly accuracy: number;
  readonly all: readonly [micro: number, macro: number];
  readonly tacred: number;
}

// Made by scripts/oracle/sklearn_random.py.
const file = new URL("../../test/oracle/sklearn-random.json.gz", import.meta.url);
const oracle = JSON.parse(gunzipSync(readFileSync(file)).toString()) as {
  readonly single: readonly SingleCase[];
  readonly several: readonly Case<readonly number[]>[];
};

const names = (count: number): string[] => Array.from({ length: count }, (_, id) => (id === 0 ? "NO_REL" : `R${id}`));

const labelsOf = ({ perLabel }: Scores, first: number): number[][] => {
  const labels = perLabel.slice(first);
  return (["precision", "recall", "f1", "support"] as const).map((key) => labels.map((label) => label[key]));
};

/** The largest difference of two lists of numbers, nested or not. */
const farthest = (a: unknown, b: unknown): number =>
  Array.isArray(a) && Array.isArray(b) && a.length === b.length
    ? Math.max(0, ...a.map((value, i) => farthest(value, b[i])))
    : Math.abs((a as number) - (b as number));

const expectClose = (actual: unknown, expected: unknown, name: string): void =>
  expect(farthest(actual, expected), name).toBeLessThanOrEqual(1e-12);

test("the scores of 700 random label lists are those of scikit-learn, and micro F1 of relations that of TACRED", () => {
  expect(oracle.single.length).toBe(700);
  for (const [i, { num_labels, gold, predicted, ...answers }] of oracle.single.entries()) {
    const scores = scoresOf(confusionOf(gold, predicted, names(num_labels)));
    expectClose(scores.accuracy, answers.accuracy, `accuracy of ${i}`);
    expectClose([scores.microF1, scores.macroF1], answers.all, `averages of ${i}`);
    expectClose([scores.relationMicroF1, scores.relationMacroF1], answers.relations, `averages of relations of ${i}`);
    expectClose(scores.relationMicroF1, answers.tacred, `TACRED's score of ${i}`);
    expectClose(labelsOf(scores, 0), answers.labels, `labels of ${i}`);
  }
});

test("the scores of 300 random lists of label sets are those of scikit-learn", () => {
  expect(oracle.several.length).toBe(300);
  const sets = (all: readonly (readonly number[])[]): (readonly number[])[] =>
    all.map((labels) => (labels.length > 0 ? labels : [0]));
  for (const [i, { num_labels, gold, predicted, ...answers }] of oracle.several.entries()) {
    const scores = scoresOf(confusionOfSets(sets(gold), sets(predicted), names(num_labels)));
    expectClose([scores.relationMicroF1, scores.relationMacroF1], answers.relations, `averages of relations of ${i}`);
    expectClose(labelsOf(scores, 1), answers.labels, `labels of ${i}`);
  }
});

test("the counts of documents that the bootstrap adds up give the same scores", () => {
  expect(oracle.single.length).toBe(700);
  for (const { num_labels, gold, predicted, ...answers } of oracle.single) {
    const pairs = gold.map((label, i) => ({ document: i % 7, gold: [label], predicted: [[predicted[i]!]] }));
    const totals = new LabelTotals(num_labels, 0);
    for (const [counts] of countsByDocument(pairs, 1, 0)) totals.add(counts!, 1);
    expectClose([totals.measure("micro_f1"), totals.measure("macro_f1")], answers.all, "averages");
    expectClose(
      [totals.measure("relation_micro_f1"), totals.measure("relation_macro_f1")],
      answers.relations,
      "averages of relations",
    );
    expectClose(
      names(num_labels).map((_, id) => totals.measure(id)),
      answers.labels[2],
      "F1 of labels",
    );
  }
});
