import { expect, test } from "vitest";
import { ignoredLabel, multiLabel, singleLabel } from "./objectives.ts";

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
