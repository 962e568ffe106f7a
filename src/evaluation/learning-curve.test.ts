import { describe, expect, test } from "vitest";
import { curveLines, type CurveRun, verdictSentence } from "./learning-curve.ts";

/** Scores by document count, a list of seeds each. */
const runs = (scores: Readonly<Record<number, readonly number[]>>, model = "m"): CurveRun[] =>
  Object.entries(scores).flatMap(([documents, ofSeeds]) =>
    ofSeeds.map((score, seed) => ({ model, documents: Number(documents), seed, score, baseline: score / 2 })),
  );

const verdict = (scores: Readonly<Record<number, readonly number[]>>, greaterIsBetter = true) =>
  curveLines(runs(scores), greaterIsBetter)[0]!.verdict;

test("points are means with their spread, from few documents to many, a line for each model", () => {
  const lines = curveLines([...runs({ 20: [0.5, 0.7], 5: [0.2, 0.2] }), ...runs({ 5: [0.4] }, "other")]);
  expect(lines.map(({ model }) => model)).toEqual(["m", "other"]);
  expect(lines[0]!.points).toEqual([
    { documents: 5, mean: 0.2, least: 0.2, greatest: 0.2, baseline: 0.1, seeds: 2 },
    { documents: 20, mean: 0.6, least: 0.5, greatest: 0.7, baseline: expect.closeTo(0.3, 9), seeds: 2 },
  ]);
});

describe("labels stop paying", () => {
  test("at the first point after which nothing is gained", () => {
    expect(verdict({ 5: [0.2, 0.22], 10: [0.5, 0.51], 20: [0.505, 0.514], 50: [0.5, 0.51] })).toMatchObject({
      stopsAt: 10,
      stillPays: false,
      isUncertain: false,
    });
  });

  test("nowhere while the last step gains", () => {
    const { stopsAt, stillPays, gain } = verdict({ 5: [0.2, 0.2], 10: [0.3, 0.31], 20: [0.4, 0.42] });
    expect({ stopsAt, stillPays }).toEqual({ stopsAt: 20, stillPays: true });
    expect(gain).toBeCloseTo(0.105, 9);
  });

  test("not on a plateau that ends: what counts is any later point", () => {
    expect(verdict({ 5: [0.5, 0.5], 10: [0.5, 0.5], 20: [0.5, 0.5], 50: [0.8, 0.8] }).stillPays).toBe(true);
  });

  test("where many small gains add up, they pay", () => {
    expect(verdict({ 5: [0.5, 0.5], 10: [0.506, 0.506], 20: [0.512, 0.512] }).stopsAt).toBe(10);
  });

  test("where a gain drowns in the spread over seeds, and says so", () => {
    const noisy = verdict({ 5: [0.5, 0.5, 0.5], 10: [0.62, 0.45, 0.55] });
    expect(noisy).toMatchObject({ stopsAt: 5, stillPays: false, isUncertain: true });
    // The same mean gain with every seed alike.
    expect(verdict({ 5: [0.5, 0.5, 0.5], 10: [0.54, 0.54, 0.54] })).toMatchObject({ stopsAt: 10, stillPays: true });
  });

  test("seeds are compared each with itself: what all of them gain is certain however far apart they are", () => {
    expect(verdict({ 5: [0.3, 0.5, 0.7], 10: [0.33, 0.53, 0.73] }).stillPays).toBe(true);
  });

  test("with one seed only a gain that is large counts", () => {
    expect(verdict({ 5: [0.5], 10: [0.52] })).toMatchObject({ stopsAt: 5, isUncertain: true });
    expect(verdict({ 5: [0.5], 10: [0.54] })).toMatchObject({ stopsAt: 10, stillPays: true });
  });

  test("downwards where the metric is a loss", () => {
    expect(verdict({ 5: [0.9, 0.9], 10: [0.5, 0.5] }, false).stillPays).toBe(true);
    expect(verdict({ 5: [0.5, 0.5], 10: [0.9, 0.9] }, false)).toMatchObject({ stopsAt: 5, gain: 0 });
  });

  test("a seed that lacks a point is left out of that comparison", () => {
    expect(verdict({ 5: [0.2, 0.2], 10: [0.4] })).toMatchObject({ stopsAt: 10, stillPays: true });
  });
});

test("a verdict is a sentence", () => {
  const sentence = (scores: Readonly<Record<number, readonly number[]>>): string =>
    verdictSentence(curveLines(runs(scores))[0]!, "macro F1");
  expect(sentence({ 5: [0.2, 0.2], 10: [0.5, 0.5] })).toBe(
    "More labels still pay: the last step, from 5 to 10 documents, gained 0.300 macro F1.",
  );
  expect(sentence({ 5: [0.5, 0.5], 10: [0.505, 0.505] })).toBe(
    "After 5 documents more labels of this kind no longer pay: up to 10 they gained 0.005 macro F1 or less.",
  );
  expect(sentence({ 5: [0.5], 10: [0.52] })).toMatch(/not certain: 0\.020 .* one run a point cannot show/);
  expect(sentence({ 5: [0.5] })).toMatch(/^One point/);
});

test("a model that a plain rule beats is told apart from one that has learnt all there is", () => {
  const poor = runs({ 5: [0.1, 0.1], 10: [0.1, 0.1] }).map((run) => ({ ...run, baseline: 0.4 }));
  expect(verdictSentence(curveLines(poor)[0]!, "macro F1")).toMatch(/no better than a plain rule \(0\.400\)/);
  const good = runs({ 5: [0.5, 0.5], 10: [0.5, 0.5] });
  expect(verdictSentence(curveLines(good)[0]!, "macro F1")).not.toContain("plain rule");
});
