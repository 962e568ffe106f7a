import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { confusionOf } from "../evaluation/confusion.ts";
import { scoresOf } from "../evaluation/scores.ts";
import { confusionTable } from "./confusion-table.ts";
import { comparisonTable, labelTable } from "./score-tables.ts";
import { displayWidth, shorten, tableWidth, textTable } from "./text-table.ts";

const id2label = ["NO_REL", "WHO_DO", "TIME_OF_WHAT"];
const confusion = confusionOf([0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 1, 0], id2label);

const rule = (width: number): string => "─".repeat(width);

test("the confusion matrix has gold rows and predicted columns", () => {
  expect(confusionTable(confusion)).toBe(
    [
      "gold \\ predicted  NO_REL  WHO_DO  TIME_OF_WHAT  all",
      rule(51),
      "NO_REL                 2       1             ·    3",
      "WHO_DO                 ·       2             ·    2",
      "TIME_OF_WHAT           1       ·             ·    1",
      rule(51),
      "all                    3       3             0    6",
    ].join("\n"),
  );
});

test("where names do not fit, columns are numbered as the rows are", () => {
  expect(confusionTable(confusion, { width: 40 }).split("\n").slice(0, 3)).toEqual([
    "gold \\ predicted  0  1  2  all",
    "──────────────────────────────",
    "0 NO_REL          2  1  ·    3",
  ]);
});

test("many long labels go into blocks within the width, names cut short are told below, and no count is lost", () => {
  const many = Array.from({ length: 25 }, (_, id) => `per:a_rather_long_relation_${id}`);
  const gold = Array.from({ length: 500 }, (_, i) => i % 25);
  const table = confusionTable(confusionOf(gold, gold, many), { width: 60 });
  const [legend, ...blocks] = table.split("\n\n").reverse();
  expect(blocks.length).toBeGreaterThan(1);
  for (const block of blocks) expect(tableWidth(block)).toBeLessThanOrEqual(60);
  expect(legend!.split("\n")).toEqual(many.map((label, id) => `${id} = ${label}`));
  // Once on the diagonal and once in the sum of its column; row sums repeat in every block, at the end of the line.
  expect(blocks.flatMap((block) => block.match(/ 20(?= +(?:·|20|500))/g) ?? [])).toHaveLength(25 + 25);
});

test("the label table has averages with and without NO_REL and says why a zero is zero", () => {
  expect(labelTable(scoresOf(confusion))).toBe(
    [
      "label                 precision  recall     f1  support  predicted",
      rule(66),
      "NO_REL                    0.667   0.667  0.667        3          3",
      "WHO_DO                    0.667   1.000  0.800        2          3",
      "TIME_OF_WHAT              0.000   0.000  0.000        1          0",
      rule(66),
      "micro                     0.667   0.667  0.667        6          6",
      "macro                     0.444   0.556  0.489        6          6",
      "micro without NO_REL      0.667   0.667  0.667        3          3",
      "macro without NO_REL      0.333   0.500  0.400        3          3",
      "0 for TIME_OF_WHAT: never predicted, though 1 gold",
    ].join("\n"),
  );
  const nothing = labelTable(scoresOf(confusionOf([1], [0], id2label)));
  expect(nothing).toContain("0 without NO_REL: no relation was predicted: all pairs were given NO_REL");
  const narrow = labelTable(scoresOf(confusionOf([], [], ["NO_REL", "x".repeat(90)])), { width: 70 });
  expect(tableWidth(narrow.split("\n0 ")[0]!)).toBeLessThanOrEqual(70);
});

test("in a narrow terminal the names of baselines are shortened", () => {
  const names = ["majority", "nearest of the same types", "type, order and distance (no text)"];
  const baselines = names.map((name) => ({ name, scores: scoresOf(confusion) }));
  const head = (width: number): string =>
    comparisonTable(scoresOf(confusion), baselines, undefined, { width }).split("\n")[0]!;
  expect(tableWidth(head(80))).toBeLessThanOrEqual(80);
  expect(head(80)).toContain("nearest of t…");
  expect(head(100)).toContain("nearest of the same types");
});

test("in a narrow terminal the intervals are left out, and no row is wider", () => {
  const rival = { baseline: "look-up", f1: 0.5, difference: 0.1, low: -0.1, high: 0.3 };
  const intervals = [0, 1, 2].map((id) => ({ id, f1: 0.6, low: 0.5, high: 0.7, rival }));
  const rows = (width: number): string => labelTable(scoresOf(confusion), { width, intervals }).split("baseline:")[0]!;
  expect(rows(80)).not.toContain("f1 95 %");
  expect(rows(80)).toMatch(/^WHO_DO .* 0\.500~$/m);
  expect(tableWidth(rows(80))).toBeLessThanOrEqual(80);
  expect(rows(100)).toMatch(/^WHO_DO .* 0\.500 to 0\.700 +0\.500~$/m);
});

test("model and baselines stand side by side, with the protocol of every metric", () => {
  const model = scoresOf(confusion, { loss: 0.5 });
  const majority = scoresOf(confusionOf([0, 0, 0, 1, 1, 2], [0, 0, 0, 0, 0, 0], id2label));
  const lines = comparisonTable(model, [{ name: "majority", scores: majority }]).split("\n");
  expect(lines[0]).toMatch(/^ +model {2}majority$/);
  expect(lines).toContainEqual(expect.stringMatching(/^accuracy +0\.667 +0\.500$/));
  expect(lines).toContainEqual(expect.stringMatching(/^loss +0\.500 +–$/));
  expect(lines).toContainEqual(expect.stringMatching(/^false_positive_rate +0\.333 +0\.000$/));
  expect(lines).toContainEqual(expect.stringMatching(/^f1 WHO_DO +0\.800 +0\.000$/));
  expect(lines).toContain("All on 6 pairs, 50.0 % of them NO_REL in gold.");
  expect(lines).toContain(`relation_macro_f1: ${model.protocol.relationMacroF1}`);
});

describe("text tables", () => {
  test("wide characters take two cells", () => {
    expect(["ab", "漢字", "é", "e\u0301", "👩‍👩‍👧", "한", "ｗ"].map(displayWidth)).toEqual([2, 4, 1, 1, 2, 2, 2]);
    const table = textTable(
      [{ title: "関係" }, { title: "n", align: "right" }],
      [
        ["a", "1"],
        ["時間の", "20"],
      ],
    );
    expect(table.split("\n").map(displayWidth)).toEqual([10, 10, 10, 10]);
  });

  test("shortened text never exceeds its width and keeps its beginning", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 20 }), (text, width) => {
        const short = shorten(text, width);
        expect(displayWidth(short)).toBeLessThanOrEqual(width);
        expect(short === text || (short.endsWith("…") && text.startsWith(short.slice(0, -1)))).toBe(true);
      }),
    );
  });
});
