import { expect, test } from "vitest";
import { pairUnit } from "../../corpus/unit.ts";
import { dataLines } from "./data-lines.ts";

const labels = [{ label: "WHO_DO", train: 30, validation: 4, test: 5 }];
const lines = (train: number, trainCandidates: number, trainAll: number): string[] =>
  dataLines({
    type: "data",
    unit: pairUnit,
    documents: { train: 8, validation: 1, test: 1 },
    examples: { train, trainCandidates, trainAll, validation: 40, test: 50 },
    examplesPerText: 1,
    labels,
    notices: [],
    lengths: [],
  });

test("the pairs that are learnt from and those left out add up to all", () => {
  const scored = "; scored on all 40 validation pairs and 50 test pairs, at natural prevalence";
  expect(lines(80, 80, 80)[1]).toBe(`learns from 80 training pairs${scored}`);
  expect(lines(50, 50, 80)[1]).toBe(`learns from 50 training pairs (of 80: 30 are not asked about)${scored}`);
  expect(lines(35, 50, 80)[1]).toBe(
    `learns from 35 training pairs (of 80: 30 are not asked about, 15 without a relation are left out by --negatives-per-positive)${scored}`,
  );
  expect(lines(35, 80, 80)[1]).toContain("(of 80: 45 without a relation are left out by --negatives-per-positive)");
});

test("document encoding is named where each of many pairs of a document is a text", () => {
  expect(lines(159, 159, 159)).toHaveLength(3);
  expect(lines(160, 160, 160)[3]).toContain("20 times for a document: --encoding document reads it once");
});
