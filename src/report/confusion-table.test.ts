import { pairUnit } from "../corpus/unit.ts";
import { describe, expect, test } from "vitest";
import { confusions, merged, mostConfused } from "../evaluation/confused-labels.ts";
import { confusionTable } from "./confusion-table.ts";
import { confusionOf } from "../evaluation/confusion.ts";
import { confusionHeat } from "./training-page/confusion-heat.ts";
import { scoresOf } from "../evaluation/scores.ts";
import { comparisonTable, labelTable } from "./score-tables.ts";
import { tableWidth } from "./text-table.ts";

const labels = (count: number): string[] => Array.from({ length: count }, (_, id) => `rel_${id}`);

/** Three pairs of each label, right but for one label that is given another 50 times. */
function manyLabels(count: number): ReturnType<typeof confusionOf> {
  const gold = Array.from({ length: 3 * count }, (_, i) => i % count);
  const wrong = Array.from({ length: 50 }, () => 70);
  return confusionOf([...gold, ...wrong], [...gold, ...wrong.map(() => 90)], labels(count));
}

describe("the labels that are confused most", () => {
  const confusion = confusionOf([0, 0, 1, 1, 1, 2, 3], [0, 1, 1, 2, 2, 2, 3], labels(4));

  test("by their wrong pairs in gold and predictions, of equals the more frequent", () => {
    expect(mostConfused(confusion)).toEqual([1, 2, 0, 3]);
    expect(confusions(confusion)).toEqual([
      { gold: 1, predicted: 2, count: 2 },
      { gold: 0, predicted: 1, count: 1 },
    ]);
  });

  test("with all others as one label; every pair is still counted", () => {
    const some = merged(confusion, [2, 1]);
    expect(some.id2label).toEqual(["rel_1", "rel_2", "2 others"]);
    expect(some.counts).toEqual([
      [1, 2, 0],
      [0, 1, 0],
      [1, 0, 2],
    ]);
    expect(merged(confusion, [0, 1, 2, 3])).toEqual(confusion);
  });
});

describe.each([150, 400, 1000])("of %i labels", (count) => {
  const confusion = manyLabels(count);
  const scores = scoresOf(confusion);

  test("the table on the terminal has those that fit, and counts the others", () => {
    const text = confusionTable(confusion, { width: 100, rest: "The report has all." });
    const lines = text.split("\n");
    const [table] = text.split("\n\n");
    expect(lines.length).toBeLessThan(60);
    expect(tableWidth(table!)).toBeLessThanOrEqual(100);
    expect(table).toMatch(/^70 rel_70 .* 50 /m);
    expect(lines.find((line) => line.startsWith("all "))).toMatch(new RegExp(` ${3 * count + 50}$`));
    expect(text).toMatch(/^The \d+ of \d+ labels that are confused most; .* The report has all\.$/m);
    expect(text).toMatch(/gold → predicted:\n +50 {2}rel_70 {2}→ rel_90$/);
  });

  test("the tables of labels have the most frequent; averages are of all", () => {
    const text = labelTable(scores, { rest: "--json prints all." });
    expect(text.split("\n").length).toBeLessThan(65);
    expect(text).toContain("rel_70 ");
    expect(text).toMatch(
      new RegExp(`^${count - 40} labels more, with .* count in every average\\. --json prints all\\.$`, "m"),
    );
    expect(text).toMatch(new RegExp(`^micro +0\\.\\d{3}.* ${3 * count + 50} +${3 * count + 50}$`, "m"));
    expect(comparisonTable(scores, []).split("\n").length).toBeLessThan(70);
  });

  test("the report has the heat table of some, and a line for each label", () => {
    const { markup } = confusionHeat(confusion, pairUnit);
    expect(markup).toContain(`The 24 of ${count} labels that are confused most`);
    expect(markup).toMatch(/<tbody>\s*<tr>\s*<th scope="row"><bdi>rel_70</);
    expect(markup).toMatch(
      /rel_70<\/bdi><\/th>\s*<td class="n">53<\/td>\s*<td class="n">3<\/td>\s*<td><bdi>rel_90<\/bdi> 50</,
    );
    // A line for each label, no cell for each pair of labels.
    expect(markup.match(/<td/g)!.length).toBeLessThan(30 * 30 + 3 * count);
  });
});
