import { describe, expect, test } from "vitest";
import { curveLines, type CurveRun, verdictSentence } from "../evaluation/learning-curve.ts";
import { curveSvg } from "./learning-curve-picture.ts";

const scores: Readonly<Record<number, readonly number[]>> = { 5: [0.2, 0.3], 50: [0.6, 0.62], 288: [0.61, 0.62] };
const runsOf = (model: string, shift = 0, baseline: number | undefined = 0.55): CurveRun[] =>
  Object.entries(scores).flatMap(([documents, ofSeeds]) =>
    ofSeeds.map((score, seed) => ({ model, documents: Number(documents), seed, score: score + shift, baseline })),
  );
const draw = (runs: readonly CurveRun[], isLoss = false): string =>
  curveSvg(
    curveLines(runs, !isLoss).map((line) => ({ ...line, sentence: verdictSentence(line, "macro F1") })),
    { metric: isLoss ? "loss" : "macro F1", isLoss, heldOut: 72, seeds: 2 },
  );
const all = (svg: string, pattern: RegExp): string[][] => [...svg.matchAll(pattern)].map((match) => [...match]);

describe("the picture of a learning curve", () => {
  const svg = draw([...runsOf("luke-mini"), ...runsOf('org/<model> & "co"', 0.2)]);

  test("is one file that asks for nothing else, with a dark side", () => {
    expect(svg).toMatch(/^<svg\s+xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(svg.replace("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:|url\(|<script|<image|@import/);
    expect(svg).toContain("prefers-color-scheme: dark");
  });

  test("is well formed, whatever a model is called", () => {
    const open: string[] = [];
    for (const [, close, name, , empty] of all(svg, /<(\/?)([a-z]+)((?:[^<>"]|"[^"<>]*")*?)(\/?)>/g)) {
      if (close) expect(open.pop()).toBe(name);
      else if (!empty) open.push(name!);
    }
    expect(open).toEqual([]);
    expect(svg).toContain("&lt;model&gt; &amp; &quot;co&quot;");
  });

  test("has a line, a band and a dot a point for each model, the rule once, and a ring where labels stop paying", () => {
    expect(all(svg, /<polyline class="line"/g)).toHaveLength(2);
    expect(all(svg, /<polygon class="band"/g)).toHaveLength(2);
    expect(all(svg, /<circle class="dot"/g)).toHaveLength(6);
    expect(all(svg, /<polyline class="rule"/g)).toHaveLength(1);
    const [dots, rings] = [/<circle class="dot" cx="([\d.]+)"/g, /<circle class="ring" cx="([\d.]+)"/g].map((pattern) =>
      all(svg, pattern).map(([, x]) => x),
    );
    expect(rings).toEqual([dots![1], dots![1]]);
  });

  test("more documents stand to the right by their ratio, better scores higher", () => {
    const dots = all(svg, /<circle class="dot" cx="([\d.]+)" cy="([\d.]+)"/g).map(([, x, y]) => [Number(x), Number(y)]);
    const [first, second, third] = dots.slice(0, 3) as [number[], number[], number[]];
    const ratio = Math.log(50 / 5) / Math.log(288 / 5);
    expect((second[0]! - first[0]!) / (third[0]! - first[0]!)).toBeCloseTo(ratio, 2);
    expect(first[1]!).toBeGreaterThan(second[1]!);
  });

  test("says in words what it shows", () => {
    for (const words of ["How much do more annotated documents help?", "72 documents that no run has learnt from"])
      expect(svg).toContain(words);
    expect(svg).toContain("luke-mini: After 50 documents more labels");
    expect(svg).toContain("the mean of 2 trainings");
    expect(svg).toContain("A ring marks where");
    expect(draw(runsOf("m").filter(({ documents }) => documents < 288))).not.toContain("A ring");
  });

  test("names at the ends of lines do not lie on each other", () => {
    const crowded = draw(["a", "b", "c", "d", "e"].flatMap((model, i) => runsOf(model, i / 1000)));
    const places = all(crowded, /<text class="(?:name s\d|rule-name)" x="592" y="([\d.]+)"/g).map(([, y]) => Number(y));
    expect(places).toHaveLength(6);
    for (const [i, place] of places.entries()) if (i > 0) expect(place - places[i - 1]!).toBeGreaterThanOrEqual(18.9);
  });
});

test("a loss has no rule beside it, and one point is no line", () => {
  const svg = draw(
    runsOf("m").map((run) => ({ ...run, score: 3 * run.score, baseline: undefined })),
    true,
  );
  expect(svg).toContain("lower is better");
  expect(svg).not.toContain('class="rule"');
  expect(draw(runsOf("m").slice(0, 2))).not.toMatch(/NaN|Infinity|class="ring"/);
});
