import { expect, test } from "vitest";
import { calibrated, shiftedBy, type Calibration } from "./calibration.ts";
import { densityShift } from "./density.ts";

const types = ["PERSON", "PLACE", "PERSON"];
const document = { id: "d", text: "", entities: types.map((type) => ({ type, start: 0, end: 0 })), relations: [] };
/** Pairs of two people or of a person and a place, of which so many are related. */
const pairs = (tail: 1 | 2, count: number, related: number) =>
  Array.from({ length: count }, (_, i) => ({ document, head: 0, tail, labels: [i < related ? 1 : 0] }));

test("documents with more relations than their types have elsewhere are shifted back to all documents", () => {
  const training = [...pairs(1, 1000, 500), ...pairs(2, 9000, 900)];
  // The same shares in another mixture of types: there is nothing to shift.
  expect(densityShift(training, [...pairs(1, 80, 40), ...pairs(2, 20, 2)], 0)).toBeCloseTo(0, 2);
  const denser = [...pairs(1, 20, 12), ...pairs(2, 80, 12)];
  const expected = 10 + 8;
  expect(densityShift(training, denser, 0)).toBeCloseTo(
    Math.log((1400 + 24) / (1400 + expected)) - Math.log(24 / expected),
    2,
  );
  expect(densityShift(training, pairs(1, 20, 5), 0)).toBeGreaterThan(0.5);
});

test("where there are no relations, nothing is shifted", () => {
  expect(densityShift(pairs(1, 9, 3), pairs(1, 9, 0), 0)).toBe(0);
  expect(densityShift(pairs(1, 9, 0), pairs(1, 9, 2), 0)).toBe(0);
  expect(densityShift([], [], 0)).toBe(0);
});

test("a calibration that learnt a shift is shifted by log odds, others stay", () => {
  const logits = Float32Array.of(1, 2, -1);
  const fitted: Calibration = { kind: "relation", temperature: 2, offsets: [0, 1, 0.5] };
  const [before, after] = [fitted, shiftedBy(fitted, -0.25, 0)].map((one) => calibrated(logits, one));
  expect(after![0]).toBe(before![0]);
  for (const id of [1, 2]) expect(after![id]! - before![id]!).toBeCloseTo(-0.25, 6);
  const beta: Calibration = { kind: "beta", temperature: 1, offsets: [0, 0, 0], beta: [1.5, 0.5, 0.1] };
  expect(shiftedBy(beta, -0.25, 0).beta).toEqual([1.5, 0.5, 0.1 - 0.25]);
  for (const kind of ["none", "prior", "temperature"] as const)
    expect(shiftedBy({ ...fitted, kind }, -0.25, 0)).toEqual({ ...fitted, kind });
});
