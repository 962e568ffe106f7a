import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { random } from "../random.ts";
import { calibrated, fitCalibration, priorOffsets, type Calibration } from "./calibration.ts";
import { softmax } from "./probabilities.ts";
import { reliabilitiesOf, reliabilityOf } from "./reliability.ts";

interface Fit extends Calibration {
  readonly logits: readonly (readonly number[])[];
  readonly labels: readonly (readonly number[])[];
  readonly given: readonly number[];
}

// Made by scripts/oracle/calibration.py.
const file = new URL("../../test/oracle/calibration.json.gz", import.meta.url);
const oracle = JSON.parse(gunzipSync(readFileSync(file)).toString()) as {
  readonly single: readonly Fit[];
  readonly several: readonly Fit[];
  readonly reliability: readonly { probabilities: number[]; right: boolean[]; ece: number }[];
};

const rowsOf = ({ logits, labels }: Fit): { logits: Float32Array; labels: readonly number[] }[] =>
  logits.map((row, i) => ({ logits: Float32Array.from(row), labels: labels[i]! }));

describe("temperature and shift are those with the least loss, by torch", () => {
  test.each([
    ["one label a pair", oracle.single, false],
    ["several labels a pair", oracle.several, true],
  ] as const)("%s", (_, fits, isMultiLabel) => {
    expect(fits).toHaveLength(3);
    for (const fit of fits) {
      const found = fitCalibration(rowsOf(fit), fit.given, { isMultiLabel, noRelationId: 0 });
      expect(found.temperature).toBeCloseTo(fit.temperature, 4);
      for (const [id, offset] of found.offsets.entries()) expect(offset).toBeCloseTo(fit.offsets[id]!, 4);
    }
  });

  test("where every answer is right and sure, they stay finite", () => {
    const rows = Array.from({ length: 50 }, (_, i) => ({
      logits: Float32Array.of(i % 2 === 0 ? 9 : -9, i % 2 === 0 ? -9 : 9),
      labels: [i % 2],
    }));
    const { temperature, offsets } = fitCalibration(rows, [0, 0], { isMultiLabel: false, noRelationId: 0 });
    expect(temperature).toBeGreaterThan(0.1);
    expect(temperature).toBeLessThan(2);
    expect(Math.abs(offsets[0]!)).toBeLessThan(1);
  });

  test("labels that cannot be, and a gold label that the types forbid, do no harm", () => {
    const rows = [
      { logits: Float32Array.of(1, -Infinity, 0), labels: [0] },
      { logits: Float32Array.of(1, -Infinity, 0), labels: [1] },
      { logits: Float32Array.of(0, -Infinity, 2), labels: [2] },
    ];
    for (const isMultiLabel of [false, true]) {
      const { temperature, offsets } = fitCalibration(rows, [0, 0, 0], { isMultiLabel, noRelationId: 0 });
      expect(Number.isFinite(temperature)).toBe(true);
      expect(offsets.every(Number.isFinite)).toBe(true);
    }
  });
});

test("the offsets of thinned pairs give probabilities of the data's prevalence", () => {
  // A model that knows two kinds of text: in the data 10 and 2 % of them have a relation; nine tenths of the others were left out.
  const related = [0.1, 0.02];
  const kept = 0.1;
  const all = related.reduce((sum, share) => sum + share, 0);
  const offsets = priorOffsets({ trained: [kept * (2 - all), all], all: [2 - all, all] }, false);
  for (const share of related) {
    const thinned = [(1 - share) * kept, share].map((weight) => Math.log(weight));
    expect(softmax(calibrated(Float32Array.from(thinned), { temperature: 1, offsets }))[1]).toBeCloseTo(share, 6);
  }
  expect(priorOffsets({ trained: [0, 5], all: [10, 5] }, false)).toEqual([0, 0]);
  expect(priorOffsets({ trained: [10, 5], all: [10, 5], weights: [1, 4] }, false)[1]).toBeCloseTo(-Math.log(4), 12);
});

test("of several labels, the examples without one are those that were thinned", () => {
  // 1,000 pairs, of which 50 have the label; 150 others were kept.
  const [, offset] = priorOffsets({ trained: [150, 50], all: [950, 50] }, true) as [number, number];
  expect(offset).toBeCloseTo(-Math.log(950 / 150), 12);
});

describe("reliability", () => {
  test("the expected calibration error is that of its definition", () => {
    for (const { probabilities, right, ece } of oracle.reliability) {
      const found = reliabilityOf(probabilities.map((probability, i) => ({ probability, isRight: right[i]! })));
      expect(found.ece).toBeCloseTo(ece, 10);
      expect(found.bins.reduce((sum, { count }) => sum + count, 0)).toBe(found.count);
    }
    expect(reliabilityOf([])).toEqual({ count: 0, ece: 0, probability: 0, right: 0, bins: [] });
  });

  const answer = (probabilities: number[], labels: number[], gold: number[]) => ({
    example: { id: "1", document: { id: "1", text: "", entities: [], relations: [] }, labels: gold },
    probabilities,
    labels,
  });

  test("counts every answer, and the relations that were given", () => {
    const answers = [answer([0.1, 0.9], [1], [1]), answer([0.2, 0.8], [1], [0]), answer([0.7, 0.3], [0], [0])];
    const { all, relations } = reliabilitiesOf(answers, 0, false);
    expect([all.count, relations.count]).toEqual([3, 2]);
    expect(relations.right).toBe(0.5);
    expect(relations.probability).toBeCloseTo(0.85, 12);
    // Of several labels a pair, every relation of every pair is a question.
    expect(reliabilitiesOf([answer([0.5, 0.9, 0.1], [1], [1])], 0, true).all.count).toBe(2);
  });
});

test("after a fit on other answers of a model that is too sure, probabilities are frequencies", () => {
  const stream = random("calibration");
  const draw = (count: number): { logits: Float32Array; labels: number[] }[] =>
    Array.from({ length: count }, () => {
      const honest = Array.from({ length: 3 }, () => stream.normal());
      const p = softmax(Float32Array.from(honest));
      const at = stream.next();
      const label = at < p[0]! ? 0 : at < p[0]! + p[1]! ? 1 : 2;
      return { logits: Float32Array.from(honest, (value, id) => 3 * value - (id === 0 ? 2 : 0)), labels: [label] };
    });
  const found = fitCalibration(draw(3000), [0, 0, 0], { isMultiLabel: false, noRelationId: 0 });
  const test = draw(3000);
  const ece = (change: (logits: Float32Array) => Float32Array): number =>
    reliabilityOf(
      test.map(({ logits, labels }) => {
        const p = softmax(change(logits));
        const best = p.indexOf(Math.max(...p));
        return { probability: p[best]!, isRight: labels[0] === best };
      }),
    ).ece;
  expect(ece((logits) => logits)).toBeGreaterThan(0.2);
  expect(ece((logits) => calibrated(logits, found))).toBeLessThan(0.03);
  expect(found.temperature).toBeCloseTo(3, 0);
});
