import { expect, test } from "vitest";
import { compile } from "../../test/support/run-graph.ts";
import { input } from "../autodiff/index.ts";
import { float32, floats } from "../runtime/session.ts";
import {
  ignoredLabel,
  multiLabel,
  multiLabelWeighted,
  type Objective,
  singleLabel,
  singleLabelWeighted,
} from "./objectives.ts";

const none = ignoredLabel;
const float32s = (...values: number[]): number[] => [...Float32Array.from(values)];

test("one label a row: one-hot over the rows in the mean, nothing where no label counts", () => {
  const labels = Int32Array.of(2, none, 0);
  expect(singleLabel.countRows(labels, 3)).toBe(2);
  const { data, dims } = singleLabel.feeds(labels, 3, 2).get("targets")!;
  expect(dims).toEqual([3, 3]);
  expect([...data]).toEqual([0, 0, 0.5, 0, 0, 0, 0.5, 0, 0]);
});

test("any number of labels a row: targets, and weights of a mean over rows and labels", () => {
  const labels = Int32Array.of(1, 0, 1, none, none, none, 0, 0, 0);
  expect(multiLabel.countRows(labels, 3)).toBe(2);
  const feeds = multiLabel.feeds(labels, 3, 5);
  expect([...feeds.get("targets")!.data]).toEqual([1, 0, 1, 0, 0, 0, 0, 0, 0]);
  const w = 1 / 15;
  expect([...feeds.get("target_weights")!.data]).toEqual(float32s(w, w, w, 0, 0, 0, w, w, w));
  expect(feeds.get("target_weights")!.dims).toEqual([3, 3]);
});

test("labels that are none are refused, naming the row", () => {
  expect(() => singleLabel.feeds(Int32Array.of(0, 3), 3, 2)).toThrow("row 1 has label id 3 of 3 labels");
  expect(() => singleLabel.feeds(Int32Array.of(-1), 3, 1)).toThrow(RangeError);
  expect(() => multiLabel.feeds(Int32Array.of(0, 1, 1, 2), 2, 2)).toThrow("row 1 has 2 for label 1, not 0 or 1");
});

const logits = [
  [2, -1, 0.5],
  [0.25, 1.5, -2],
  [-0.5, 0.75, 3],
  [1, 1, 1],
];

/** The loss of the rows, as a training step computes it. */
async function lossOf(
  objective: Objective,
  rows: number[][],
  labels: Int32Array,
  rowsInMean?: number,
): Promise<number> {
  const values = input("logits", [rows.length, 3]);
  const { loss, inputs } = objective.loss(values);
  const graph = await compile([values, ...inputs], { loss });
  const mean = rowsInMean ?? objective.countRows(labels, 3);
  const feeds = new Map(objective.feeds(labels, 3, mean));
  feeds.set("logits", float32(Float32Array.from(rows.flat()), [rows.length, 3]));
  const result = floats((await graph.run(feeds)).get("loss")!)[0]!;
  await graph.dispose();
  return result;
}

/** −log softmax of a row at a label. */
const nll = (row: number[], label: number): number =>
  Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0)) - row[label]!;

test("weights: the mean of torch's CrossEntropyLoss(weight), over the weights of the rows that count", async () => {
  const weights = [0.5, 4, 2];
  const labels = Int32Array.of(0, 1, none, 2);
  const counted = [0, 1, 3];
  const total = counted.reduce((sum, row) => sum + weights[labels[row]!]!, 0);
  expect(singleLabelWeighted(weights).countRows(labels, 3)).toBe(total);
  const expected =
    counted.reduce((sum, row) => sum + weights[labels[row]!]! * nll(logits[row]!, labels[row]!), 0) / total;
  expect(await lossOf(singleLabelWeighted(weights), logits, labels)).toBeCloseTo(expected, 5);
  expect(await lossOf(singleLabelWeighted([1, 1, 1]), logits, labels)).toBe(await lossOf(singleLabel, logits, labels));
  expect(expected).not.toBeCloseTo(await lossOf(singleLabel, logits, labels), 3);
});

test.each([
  ["one label a row", singleLabelWeighted([0.5, 4, 2]), Int32Array.of(0, 1, 2, 2), 1],
  ["several", multiLabelWeighted([0.5, 4, 2]), Int32Array.of(1, 0, 1, 0, 1, 0, 0, 0, 0, 1, 1, 1), 3],
])("%s: parts of a batch add up to the whole, weights and all", async (_, objective, labels, perRow) => {
  const rows = objective.countRows(labels, 3);
  const part = (from: number, to: number): Promise<number> =>
    lossOf(objective, logits.slice(from, to), labels.slice(from * perRow, to * perRow), rows);
  expect((await part(0, 1)) + (await part(1, 4))).toBeCloseTo(await lossOf(objective, logits, labels), 5);
});

test("weights of several labels a row: pos_weight of torch's BCEWithLogitsLoss", async () => {
  const weights = [0.5, 4, 2];
  const labels = Int32Array.of(1, 0, 1, 0, 1, 0, 0, 0, 0, 1, 1, 1);
  const objective = multiLabelWeighted(weights);
  expect(objective.countRows(labels, 3)).toBe(4);
  const softplus = (z: number): number => Math.log1p(Math.exp(z));
  const losses = logits.flatMap((row, r) =>
    row.map((z, id) => (labels[3 * r + id] === 1 ? weights[id]! * softplus(-z) : softplus(z))),
  );
  const mean = losses.reduce((a, b) => a + b, 0) / 12;
  expect(await lossOf(objective, logits, labels)).toBeCloseTo(mean, 5);
});
