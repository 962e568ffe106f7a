import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { random } from "../random.ts";
import { argmax } from "./argmax.ts";
import { chooseCalibration, type Choice, type GroupedRow, type Trial } from "./calibration-choice.ts";
import { fitCalibration, type FittedKind } from "./calibration-fit.ts";
import { calibrated, priorOffsets, type Calibration, type CalibrationKind, type LabelKind } from "./calibration.ts";
import { sigmoid, softmax } from "./probabilities.ts";
import { reliabilitiesOf, reliabilityOf } from "./reliability.ts";

interface Case {
  readonly logits: readonly (readonly number[])[];
  readonly labels: readonly (readonly number[])[];
  readonly given: readonly number[];
  readonly fits: Readonly<Partial<Record<FittedKind, Omit<Calibration, "kind">>>>;
  readonly trials: Readonly<Partial<Record<CalibrationKind, Omit<Trial, "kind">>>>;
}

// Made by scripts/oracle/calibration.py.
const file = new URL("../../test/oracle/calibration.json.gz", import.meta.url);
const oracle = JSON.parse(gunzipSync(readFileSync(file)).toString()) as {
  readonly single: readonly Case[];
  readonly several: readonly Case[];
  readonly reliability: readonly { probabilities: number[]; right: boolean[]; ece: number }[];
};

/** Ten examples are a document. */
const rowsOf = ({ logits, labels }: Case): GroupedRow[] =>
  logits.map((row, i) => ({ logits: Float32Array.from(row), labels: labels[i]!, group: Math.floor(i / 10) }));
const labelKind = (isMultiLabel: boolean): LabelKind => ({ isMultiLabel, noRelationId: 0 });

describe.each([
  ["one label a pair", oracle.single, false],
  ["several labels a pair", oracle.several, true],
] as const)("%s", (_, cases, isMultiLabel) => {
  test("each kind has the parameters with the least loss, by scipy", () => {
    expect(cases).toHaveLength(3);
    for (const one of cases) {
      const kinds = Object.keys(one.fits) as FittedKind[];
      expect(kinds).toHaveLength(isMultiLabel ? 4 : 3);
      for (const kind of kinds) {
        const found = fitCalibration(kind, rowsOf(one), one.given, labelKind(isMultiLabel));
        const { temperature, offsets, beta } = one.fits[kind]!;
        expect(found.kind).toBe(kind);
        expect(found.temperature).toBeCloseTo(temperature, 3);
        for (const [id, offset] of found.offsets.entries()) expect(offset).toBeCloseTo(offsets[id]!, 3);
        for (const i of [0, 1, 2]) expect(found.beta?.[i] ?? 0).toBeCloseTo(beta?.[i] ?? 0, 3);
      }
    }
  });

  test("each kind is judged on documents that its fit did not read, by the log loss of scikit-learn", () => {
    for (const one of cases) {
      const choice = chooseCalibration(rowsOf(one), one.given, labelKind(isMultiLabel));
      const whole = choice.trials.filter(({ strength }) => strength === 1);
      expect(whole.map(({ kind }) => kind)).toEqual(Object.keys(one.trials));
      for (const { kind, all, given } of whole) {
        expect(all / one.trials[kind]!.all).toBeCloseTo(1, 4);
        expect(given / one.trials[kind]!.given).toBeCloseTo(1, 4);
      }
      expectNoWorse(choice);
    }
  });
});

/** A choice is never worse than no calibration, on all answers or on the relations given. */
function expectNoWorse({ calibration, best, trials }: Choice): void {
  const [none] = trials as [Trial];
  expect(none.kind).toBe("none");
  expect(calibration.kind).toBe(best.kind);
  expect(best.all).toBeLessThanOrEqual(none.all);
  expect(best.given).toBeLessThanOrEqual(none.given);
}

test("of very many logits those of whole documents at even distances are read", () => {
  const draw = random("many logits");
  const rows = Array.from({ length: 400 }, (_, i): GroupedRow => {
    const logits = Float32Array.of(-9, 2 * draw.next());
    return { logits, labels: draw.next() < 0.4 ? [1] : [0], group: i >> 1 };
  });
  const of = (read: readonly GroupedRow[]): Choice => chooseCalibration(read, [0, 0], labelKind(true), 400);
  const choice = of(rows);
  expect(choice.calibration.kind).not.toBe("none");
  expect(choice).toEqual(of(rows.filter((_, i) => (i >> 1) % 2 === 1)));
});

describe("what is fitted stays within bounds", () => {
  const kinds = ["temperature", "temperature+prior", "relation"] as const;
  test.each(kinds)("where every answer is right and sure: %s", (kind) => {
    const rows = Array.from({ length: 50 }, (_, i) => ({
      logits: Float32Array.of(i % 2 === 0 ? 9 : -9, i % 2 === 0 ? -9 : 9),
      labels: [i % 2],
    }));
    const { temperature, offsets } = fitCalibration(kind, rows, [0, 0], labelKind(false));
    expect(temperature).toBeGreaterThanOrEqual(0.25);
    expect(temperature).toBeLessThan(2);
    expect(Math.abs(offsets[1]!)).toBeLessThan(1);
  });

  test("logits of a model that learnt nothing yet, and logits that are far too large", () => {
    const stream = random("bounds");
    const rows = (size: number) =>
      Array.from({ length: 400 }, (_, i) => ({
        logits: Float32Array.from({ length: 3 }, () => size * stream.normal()),
        labels: [i % 3],
      }));
    for (const kind of kinds)
      for (const isMultiLabel of [false, true])
        for (const size of [0.001, 1, 1000]) {
          const { temperature } = fitCalibration(kind, rows(size), [0, 0, 0], labelKind(isMultiLabel));
          expect(temperature).toBeGreaterThanOrEqual(0.25);
          expect(temperature).toBeLessThanOrEqual(4);
        }
    const { beta } = fitCalibration("beta", rows(1000), [0, 0, 0], labelKind(true));
    expect(Math.min(...beta!.slice(0, 2))).toBeGreaterThanOrEqual(0.25);
  });

  test("labels that cannot be, and a gold label that the types forbid, do no harm", () => {
    const rows = [
      { logits: Float32Array.of(1, -Infinity, 0), labels: [0], group: 1 },
      { logits: Float32Array.of(1, -Infinity, 0), labels: [1], group: 2 },
      { logits: Float32Array.of(0, -Infinity, 2), labels: [2], group: 3 },
    ];
    for (const isMultiLabel of [false, true]) {
      const { calibration, trials } = chooseCalibration(rows, [0, 0.5, 0.5], labelKind(isMultiLabel));
      for (const { all, given } of trials) expect(Number.isFinite(all + given)).toBe(true);
      expect(calibration.offsets.every(Number.isFinite)).toBe(true);
    }
  });

  test("one document cannot judge what was fitted on it", () => {
    const rows = rowsOf(oracle.single[1]!).map((row) => ({ ...row, group: "one" }));
    const { trials } = chooseCalibration(rows, [0.5, 0, 0, 0, 0], labelKind(false));
    expect(trials.map(({ kind }) => kind)).toEqual(["none", "prior"]);
    expect(chooseCalibration([], [0, 0], labelKind(false)).calibration.kind).toBe("none");
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
    expect(softmax(calibrated(Float32Array.from(thinned), { kind: "prior", temperature: 1, offsets }))[1]).toBeCloseTo(
      share,
      6,
    );
  }
  expect(priorOffsets({ trained: [0, 5], all: [10, 5] }, false)).toEqual([0, 0]);
  expect(priorOffsets({ trained: [10, 5], all: [10, 5], weights: [1, 4] }, false)[1]).toBeCloseTo(-Math.log(4), 12);
});

test("of several labels, the examples without one are those that were thinned", () => {
  // 1,000 pairs, of which 50 have the label; 150 others were kept.
  const [, offset] = priorOffsets({ trained: [150, 50], all: [950, 50] }, true) as [number, number];
  expect(offset).toBeCloseTo(-Math.log(950 / 150), 12);
});

const answer = (probabilities: number[], labels: number[], gold: number[]) => ({
  example: { id: "1", document: { id: "1", text: "", entities: [], relations: [] }, labels: gold },
  probabilities,
  labels,
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

describe("after the choice on a validation part, probabilities are frequencies on a test part", () => {
  interface Draw {
    readonly honest: readonly number[];
    readonly labels: readonly number[];
  }
  const stream = random("calibration");
  /** Examples of which one in ten or so has a relation, with logits whose probabilities are frequencies. */
  const one = (): Draw => {
    const honest = [2 + stream.normal(), 1.5 * stream.normal(), 1.5 * stream.normal() - 1];
    const p = softmax(Float32Array.from(honest));
    const at = stream.next();
    return { honest, labels: [at < p[0]! ? 0 : at < p[0]! + p[1]! ? 1 : 2] };
  };
  const several = (): Draw => {
    const honest = [0, ...Array.from({ length: 3 }, (_, i) => 2 * stream.normal() - 3 + i / 2)];
    const holds = [...honest.keys()].filter((id) => id > 0 && stream.next() < sigmoid(honest[id]!));
    return { honest, labels: holds.length > 0 ? holds : [0] };
  };
  const bend = (z: number): number => (z > 0 ? 3 * z : 0.8 * z);
  const cases: readonly (readonly [string, boolean, readonly CalibrationKind[], (z: number, id: number) => number])[] =
    [
      ["honest", false, ["none"], (z) => z],
      ["three times too sure", false, ["temperature"], (z) => 3 * z],
      [
        "too sure, and of another prior",
        false,
        ["temperature+prior", "relation"],
        (z, id) => 2 * z - (id === 0 ? 3 : 0),
      ],
      ["another prior for each relation", false, ["relation"], (z, id) => z + [0, 2, -1][id]!],
      ["honest", true, ["none"], (z) => z],
      ["three times too sure", true, ["temperature"], (z) => 3 * z],
      ["too sure, and of another prior", true, ["temperature+prior"], (z) => 2 * z + 2],
      ["another prior for each relation", true, ["relation"], (z, id) => z + [0, 2, -1, 0.5][id]!],
      ["too sure of what it finds alone", true, ["beta"], bend],
    ];

  test.each(cases)("%s, several labels: %s", (_, isMultiLabel, kinds, distort) => {
    const draw = (count: number): (GroupedRow & { honest: readonly number[] })[] =>
      Array.from({ length: count }, (__, i) => {
        const { honest, labels } = isMultiLabel ? several() : one();
        return { honest, labels, logits: Float32Array.from(honest, distort), group: Math.floor(i / 40) };
      });
    const prior = isMultiLabel ? [0, 0, 0, 0] : [0, 0, 0];
    const choice = chooseCalibration(draw(1200), prior, labelKind(isMultiLabel));
    const { calibration } = choice;
    expectNoWorse(choice);
    expect(kinds).toContain(calibration.kind);
    const answers = draw(6000).map(({ logits, labels: gold }) => {
      const z = calibrated(logits, calibration);
      const probabilities = isMultiLabel ? z.map(sigmoid) : softmax(z);
      const relations = [...probabilities.keys()].filter((id) => id > 0 && probabilities[id]! >= 0.5);
      const labels = isMultiLabel ? (relations.length > 0 ? relations : [0]) : [argmax(logits)];
      return answer([...probabilities], labels, [...gold]);
    });
    const { all, relations } = reliabilitiesOf(answers, 0, isMultiLabel);
    expect(relations.count).toBeGreaterThan(200);
    expect(all.ece).toBeLessThan(0.02);
    expect(relations.ece).toBeLessThan(0.05);
  });
});

test("pairs that are surely unrelated have no say in a fit, however many they are", () => {
  const stream = random("easy");
  const drawn = Array.from({ length: 1000 }, () => {
    const honest = stream.normal() - 4;
    return { logits: Float32Array.of(0, 2 * honest), labels: [Number(stream.next() < sigmoid(honest))] };
  });
  const easy = Array.from({ length: 3000 }, () => ({ logits: Float32Array.of(0, -30), labels: [0] }));
  for (const isMultiLabel of [false, true]) {
    const fit = (rows: typeof drawn): Calibration =>
      fitCalibration("temperature+prior", rows, [0, 0], labelKind(isMultiLabel));
    expect(fit([...easy, ...drawn])).toEqual(fit(drawn));
    expect(fit(drawn).temperature).not.toBeCloseTo(1, 1);
  }
});
