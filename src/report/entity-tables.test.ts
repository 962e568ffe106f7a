import { expect, test } from "vitest";
import { endToEndScores } from "../evaluation/entities/end-to-end.ts";
import { overlapScores } from "../evaluation/entities/overlap-scores.ts";
import { strictEntityScores } from "../evaluation/entities/strict.ts";
import { endToEndTable, overlapTable, setScoresTable } from "./entity-tables.ts";
import { tableWidth } from "./text-table.ts";
import { fromTextSection } from "./training-page/end-to-end-section.ts";

const anna = { start: 0, end: 4, type: "PER" };
const acme = { start: 14, end: 18, type: "<b>ORG</b>" };
const gold = { entities: [anna, acme], relations: [{ head: 0, tail: 1, label: "works_for" }] };
const found = { entities: [anna, { ...acme, end: 17 }], relations: gold.relations };
const spans = [{ gold: gold.entities, found: found.entities }];
const entities = strictEntityScores(spans);
const relations = endToEndScores([{ gold, withGold: gold.relations, found }]);

test("types stand with their scores above the averages", () => {
  const lines = setScoresTable(entities).split("\n");
  expect(lines[0]).toBe("label       precision  recall     f1  gold  found");
  expect(lines).toContain("<b>ORG</b>      0.000   0.000  0.000     1      1");
  expect(lines.at(-3)).toBe("micro           0.500   0.500  0.500     2      2");
  const many = Array.from({ length: 60 }, (_, i) => ({ ...anna, type: `T${i}${"x".repeat(90)}` }));
  const table = setScoresTable(strictEntityScores([{ gold: many, found: many }]), {
    width: 70,
    rest: "See the report.",
  });
  expect(tableWidth(table.split("\n20 labels more")[0]!)).toBeLessThanOrEqual(70);
  expect(table).toContain("20 labels more are not listed but count in every average. See the report.");
});

test("the four ways of comparing spans stand with their counts", () => {
  const lines = overlapTable(overlapScores(spans)).split("\n");
  expect(lines).toContainEqual(
    expect.stringMatching(/^wrong boundaries half a point +0\.750 +0\.750 +0\.750 +1 +0 +1 +0 +0$/),
  );
  expect(lines).toContainEqual(expect.stringMatching(/^boundaries alone +0\.500 +0\.500 +0\.500 +1 +1 +0 +0 +0$/));
});

test("relations with annotated and with found entities stand side by side, with the causes of misses", () => {
  const table = endToEndTable(relations, entities);
  expect(table).toMatch(/^entities, strict +0\.500/m);
  expect(table).toMatch(/^relations, annotated entities +1\.000 +1\.000 +1\.000 +1 +1$/m);
  expect(table).toMatch(/^relations, found entities, strict +0\.000/m);
  expect(table).toContain("1 of 1 annotated relations were missed, strictly:");
  expect(table).toMatch(/^an entity has wrong boundaries +1 +100\.0 %$/m);
  expect(endToEndTable(endToEndScores([{ gold, found: gold }]))).toContain("All 1 annotated relations were found.");
});

test("the page has the same figures, and types as text", () => {
  const { markup } = fromTextSection({ entities, relations });
  expect(markup).toContain("&lt;b&gt;ORG&lt;/b&gt;");
  expect(markup).not.toContain("<b>ORG");
  expect(markup).toContain("relations, annotated entities");
  expect(markup).toMatch(/an entity has wrong boundaries<\/th>\s*<td class="n bar" style="--value: 1\.000">/);
  expect(fromTextSection({ entities }).markup).not.toContain("missed");
});
