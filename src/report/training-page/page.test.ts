import { entityUnit, pairUnit } from "../../corpus/unit.ts";
import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { confusionOf } from "../../evaluation/confusion.ts";
import type { Report } from "./content.ts";
import { trainingPage } from "./page.ts";
import { historyOf } from "../run-history.ts";
import { thinned, ticks } from "../line-chart.ts";
import { escapeHtml, html } from "../html.ts";
import { scoresOf } from "../../evaluation/scores.ts";

const hostile = `<script src="http://x.example/a.js">'&"</script>`;

function reportOf(word: string): Report {
  const id2label = ["NO_REL", word];
  const confusion = confusionOf([0, 0, 1, 1], [0, 1, 1, 0], id2label);
  const baseline = {
    name: word,
    description: word,
    scores: scoresOf(confusionOf([0, 0, 1, 1], [0, 0, 0, 0], id2label)),
  };
  return {
    unit: pairUnit,
    title: word,
    subtitle: word,
    metric: "macro_f1",
    confusion,
    scores: scoresOf(confusion, { loss: 0.7 }),
    baselines: [baseline],
    comparison: { documents: 2, resamples: 0, scores: [], intervals: [], labels: [] },
    lossCurves: [{ name: word, points: [1, 2, 3].map((step) => ({ step, value: 1 / step })) }],
    scoreCurves: [{ name: word, points: [{ step: 3, value: 0.5 }] }],
    keptStep: 3,
    mistakes: {
      total: 7,
      worst: [
        {
          id: word,
          at: { file: word, line: 4 },
          gold: word,
          predicted: "NO_REL",
          probability: 0.93,
          goldProbability: 0.05,
          excerpt: [
            { text: word, head: true, tail: false },
            { text: " and ", head: false, tail: false },
            { text: "b", head: true, tail: true },
          ],
        },
      ],
    },
    decisions: [{ name: word, value: word }],
    settings: [{ name: word, value: word, from: word }],
    notices: [{ message: word, count: 9, total: 90, locations: [{ file: word, line: 12, detail: word }] }],
  };
}

/** Elements that are not closed where HTML wants them closed, of those that a page opens. */
function unbalanced(page: string): string[] {
  const open: string[] = [];
  const withoutStyle = page.replace(/<style>[\s\S]*<\/style>/, "");
  for (const [tag, close, name, rest] of withoutStyle.matchAll(/<(\/?)([a-z][a-z0-9]*)((?:"[^"]*"|[^">])*)>/g)) {
    if (close && open.pop() !== name) return [...open, tag];
    if (!close && name !== "meta" && !rest!.endsWith("/")) open.push(name!);
  }
  return open;
}

describe("trainingPage", () => {
  const page = trainingPage(reportOf(hostile));

  test("escapes every text, in elements and in attributes", () => {
    expect(page.split("<script")).toHaveLength(2);
    expect(page).not.toContain(hostile.slice(0, 12));
    expect(page.split(escapeHtml(hostile)).length).toBeGreaterThan(15);
    expect(unbalanced(page)).toEqual([]);
  });

  test("the check of balance can fail", () => expect(unbalanced("<p><b></p>")).toEqual(["p", "</p>"]));

  test("refers to nothing outside of itself and forbids the browser to", () => {
    const script = /<script>([^]*)<\/script>/.exec(page)![1]!;
    const hash = createHash("sha256").update(script).digest("base64");
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'"`);
    expect(page).not.toMatch(
      /<(?:link|img|iframe|script |object|embed)\b|url\(|@import|\s(?:src|on\w+)="|\shref="[^#]/,
    );
  });

  test("shows numbers with their protocol, counts, curves, marks, settings and what was left out", () => {
    const text = trainingPage(reportOf("WHO_DO"));
    expect(text).toMatch(
      /<p class="number">0\.500<\/p>\s*<p class="protocol">plain mean of F1 over labels, direction counted/,
    );
    expect(text).toContain("4 pairs, 50.0 % of them NO_REL in gold");
    expect(text).toContain(`title="1 of 2 WHO_DO pairs (50.0 %) answered NO_REL"`);
    expect(text.match(/<polyline/g)).toHaveLength(2);
    expect(text).toContain("kept: step 3");
    const [drawn] = [...text.matchAll(/<svg [^>]*class="relata-picture"[^]*?<\/svg>/g)].map(([svg]) => svg);
    expect(drawn!.match(/class="line"/g)).toHaveLength(1);
    expect(drawn).toContain(">annotated: WHO_DO</text>");
    expect(drawn).toContain("<title>head: WHO_DO and b</title>");
    expect(drawn).toContain("<title>tail: b</title>");
    expect(text).toContain("1 pair of 7 with a wrong answer");
    expect(text).toMatch(/<b>9 of 90 \(10\.0 %\)<\/b> WHO_DO\s+<span class="source">WHO_DO:12 \(WHO_DO\), …/);
    expect(text).toContain("The model only equals the WHO_DO baseline on accuracy");
    expect(text).toContain("color-scheme: light dark");
  });

  test("a model that scores higher is praised only where that cannot be chance", () => {
    const confusion = confusionOf([0, 1], [0, 1], ["NO_REL", "R"]);
    const page = (low: number, resamples: number): string =>
      trainingPage({
        ...reportOf("R"),
        scores: scoresOf(confusion),
        comparison: {
          documents: 20,
          resamples,
          scores: [],
          intervals: [{ baseline: "R", metric: "accuracy", difference: 0.5, low, high: 0.9 }],
          labels: [],
        },
      });
    expect(page(0.1, 1000)).toMatch(/<p class="beaten">The model beats every baseline on accuracy: /);
    expect(page(-0.1, 1000)).toMatch(/<p class="warning">The model scores higher .* accuracy to R \(\+0\.500, −0\.100/);
    expect(page(0.1, 0)).toMatch(/<p class="warning">.* 20 documents are too few/);
  });

  test("a run that found nothing says so, and empty parts stand as words", () => {
    const confusion = confusionOf([0, 1], [0, 0], ["NO_REL", "R"]);
    const text = trainingPage({
      ...reportOf("R"),
      confusion,
      scores: scoresOf(confusion),
      baselines: [],
      lossCurves: [{ name: "training", points: [{ step: 1, value: Number.NaN }] }],
      scoreCurves: [],
      mistakes: { total: 0, worst: [] },
      notices: [],
    });
    expect(text).toContain("no relation was predicted: all pairs were given NO_REL");
    expect(text).toContain("never predicted, though 1 gold");
    expect(text).toContain("1 value not drawn: not a finite number.");
    expect(text).toContain("Nothing was left out.");
    expect(text).toContain("No pair was given a wrong label.");
    expect(text).toContain("No baseline was scored.");
    expect(unbalanced(text)).toEqual([]);
    expect(text).not.toMatch(/NaN|undefined|\[object/);
  });

  test("any text makes a balanced page", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (word) => {
        expect(unbalanced(trainingPage(reportOf(word)))).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });
});

test("the template escapes values, not markup, and joins lists", () => {
  expect(html`<b>${"<i>"}${[html`<u>${1}</u>`, "&"]}${undefined}</b>`.markup).toBe("<b>&lt;i&gt;<u>1</u>&amp;</b>");
  expect(escapeHtml("a\u0000\u001bb\n")).toBe("a\uFFFD\uFFFDb\n");
});

describe("curves", () => {
  test.each([
    [0, 1, [0, 0.25, 0.5, 0.75, 1]],
    [0, 2.05, [0, 1, 2, 3]],
    [0, 600, [0, 200, 400, 600]],
    [0, 0.0007, [0, 0.0002, 0.0004, 0.0006, 0.0008]],
  ])("round ticks from %d to %d", (from, to, expected) => expect(ticks(from, to)).toEqual(expected));

  test("ticks cover the range with few numbers", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), (to) => {
        const all = ticks(0, to);
        expect(all.at(-1)!).toBeGreaterThanOrEqual(to * (1 - 1e-8));
        expect(all.length).toBeGreaterThan(2);
        expect(all.length).toBeLessThan(7);
      }),
    );
  });

  test("long curves are thinned to means that keep every value", () => {
    const points = Array.from({ length: 1000 }, (_, step) => ({ step, value: step % 7 }));
    const thin = thinned(points);
    expect(thin).toHaveLength(200);
    expect(thin[0]).toEqual({ step: 2, value: 2 });
    const sum = (of: readonly { value: number }[]): number => of.reduce((total, { value }) => total + value, 0);
    expect(sum(thin) / 200).toBeCloseTo(sum(points) / 1000, 10);
    expect(thinned(points.slice(0, 5))).toEqual(points.slice(0, 5));
  });
});

test("a page of entity typing speaks of entities and types", () => {
  const text = trainingPage({ ...reportOf("WHO_DO"), unit: entityUnit });
  expect(text).toContain("Per type");
  expect(text).toMatch(/\d entities annotated/);
  expect(text).toMatch(/\d entit(?:y|ies) of \d/);
  expect(text).not.toMatch(/Per relation|wrong pair|No pair/);
});

test("skipped steps are read from the log, marked below the loss and named; without any, nothing is said", () => {
  const lines = [1, 2, 3].map((step) => ({ type: step === 2 ? "overflow" : "step", step, loss: 1 }));
  const { skipped, losses } = historyOf(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  expect([skipped, losses.map(({ step }) => step)]).toEqual([[2], [1, 3]]);
  const text = (skippedSteps: readonly number[]): string =>
    trainingPage({ ...reportOf("met"), skippedSteps }).replaceAll(/\s+/g, " ");
  expect(text(skipped)).toMatch(/1 step changed no weights.*: 2\./);
  expect(text(skipped).match(/class="mark"/g)).toHaveLength(1);
  const many = Array.from({ length: 23 }, (_, i) => i + 1);
  expect(text(many)).toMatch(/23 steps changed no weights.* 19, 20 and 3 more\./);
  expect(text([])).not.toMatch(/changed no weights|class="mark"/);
});
