import { expect, test } from "vitest";
import { defaults, marked } from "../../../test/fixtures/inspected.ts";
import type { RawDocument } from "../../formats/format.ts";
import { formatExcerpt } from "../excerpt.ts";
import type { Problem } from "../problem.ts";
import { checkRelations } from "./relations.ts";

const check = (...relations: string[]): Problem[] => [...checkRelations(document(...relations), defaults)];
const document = (...relations: string[]): RawDocument => marked("Le [OBJECT colis] part [TIME lundi].", relations);
const fixed = (given: RawDocument): RawDocument =>
  [...checkRelations(given, defaults)].reduce((done, { fix }) => fix?.apply(done) ?? done, given);

test("relations in both directions and explicit negatives are no problem", () => {
  expect(check("0 WHEN 1", "1 OF 0")).toEqual([]);
  expect(check("0 WHEN 1", "1 NO_REL 0")).toEqual([]);
});

test("a repeated relation is removed, the first kept", () => {
  const problems = check("0 WHEN 1", "1 WHEN 0", "0 WHEN 1");
  expect(problems.map(({ code, message }) => [code, message])).toEqual([
    ["relation-duplicate", 'WHEN from "colis" to "lundi" is there already'],
  ]);
  expect(formatExcerpt(problems[0]!.excerpt!)).toBe("Le [[colis]] part [[lundi]].");
  expect(fixed(document("0 WHEN 1", "1 WHEN 0", "0 WHEN 1")).relations).toEqual(
    document("0 WHEN 1", "1 WHEN 0").relations,
  );
});

test("predicted twice with different probabilities, neither is removed", () => {
  const relations = [0.5, 0.7].map((probability) => ({ head: 0, tail: 1, label: "WHEN", probability }));
  const given = { ...document(), relations };
  const [problem] = checkRelations(given, defaults);
  expect(problem).toMatchObject({ code: "relation-duplicate", fix: undefined });
  expect(fixed(given).relations).toEqual(relations);
});

test("labels with white space are trimmed, and what then repeats is removed", () => {
  const given = document("0 WHEN  1", "0 WHEN 1", "1  OF 0");
  expect([...checkRelations(given, defaults)].map(({ code }) => code)).toEqual([
    "label-white-space",
    "relation-duplicate",
    "label-white-space",
  ]);
  expect(fixed(given).relations).toEqual(document("0 WHEN 1", "1 OF 0").relations);
});

test("empty labels, self loops, several labels, contradictions", () => {
  expect(check("0   1")).toMatchObject([{ code: "relation-empty-label", severity: "error" }]);
  expect(check("0 A 0", "0 B 0")).toMatchObject([
    { code: "relation-self-loop", message: 'A from "colis" to itself', spans: [{ start: 3, end: 8 }] },
    { code: "relation-self-loop" },
  ]);
  expect(check("0 A 1", "0 B 1", "0 C 1")).toMatchObject([
    { code: "relation-several-labels", message: 'A, B, C from "colis" to "lundi"' },
  ]);
  expect(check("0 A 1", "0 NO_REL 1")).toMatchObject([{ code: "relation-contradictory" }]);
});
