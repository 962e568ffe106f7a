import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Entity, Relation } from "../../corpus/document.ts";
import { endToEndScores } from "./end-to-end.ts";
import { missCauseNames, missCauses, type MissCause } from "./misses.ts";
import { relationScores, type Annotations } from "./relation-scores.ts";

const entity = fc
  .tuple(fc.nat(8), fc.integer({ min: 1, max: 4 }), fc.constantFrom("A", "B"))
  .map(([start, length, type]): Entity => ({ start, end: start + length, type }));
const annotations = fc.array(entity, { maxLength: 6 }).chain((entities): fc.Arbitrary<Annotations> =>
  fc.record({
    entities: fc.constant(entities),
    relations:
      entities.length === 0
        ? fc.constant([])
        : fc.array(
            fc.record({
              head: fc.nat(entities.length - 1),
              tail: fc.nat(entities.length - 1),
              label: fc.constantFrom("r", "s", "t"),
            }),
            { maxLength: 8 },
          ),
  }),
);
const documents = fc.array(fc.record({ gold: annotations, found: annotations }), { maxLength: 4 });
const options = fc.constantFrom({}, { symmetricLabels: new Set(["r"]) });

const anna = { start: 0, end: 4, type: "PER" };
const acme = { start: 14, end: 18, type: "ORG" };
const gold: Annotations = { entities: [anna, acme], relations: [{ head: 0, tail: 1, label: "works_for" }] };
const found = (entities: Entity[], relations: Relation[] = gold.relations as Relation[]): Annotations => ({
  entities,
  relations,
});
const f1 = (answer: Annotations): number[] =>
  (["strict", "boundaries"] as const).map((match) => relationScores([{ gold, found: answer }], match).micro.f1);

describe("relations from the bare text", () => {
  test("strict wants boundaries, types, label and direction; boundaries-only forgives types", () => {
    expect(f1(found([anna, acme]))).toEqual([1, 1]);
    expect(f1(found([anna, { ...acme, type: "LOC" }]))).toEqual([0, 1]);
    expect(f1(found([anna, { ...acme, end: 19 }]))).toEqual([0, 0]);
    expect(f1(found([anna, acme], [{ head: 0, tail: 1, label: "owns" }]))).toEqual([0, 0]);
    expect(f1(found([anna, acme], [{ head: 1, tail: 0, label: "works_for" }]))).toEqual([0, 0]);
    // The entities of an answer may come in any order.
    expect(f1(found([acme, anna], [{ head: 1, tail: 0, label: "works_for" }]))).toEqual([1, 1]);
  });

  test("a symmetric relation is one in both directions", () => {
    const both = [
      { head: 0, tail: 1, label: "works_for" },
      { head: 1, tail: 0, label: "works_for" },
    ];
    const answer = { gold, found: found([anna, acme], both) };
    expect(relationScores([answer], "strict").micro.precision).toBe(0.5);
    const symmetric = { symmetricLabels: new Set(["works_for"]) };
    expect(relationScores([answer], "strict", symmetric).micro).toMatchObject({ precision: 1, recall: 1 });
    const reversed = { gold, found: found([anna, acme], [both[1]!]) };
    expect(missCauses([reversed], symmetric).missed).toBe(0);
  });

  test("scores with annotated entities stand beside those with found ones, or are absent for any text without", () => {
    const answer = { gold, withGold: gold.relations, found: found([anna], []) };
    const scores = endToEndScores([answer]);
    expect([scores.withGold?.micro.f1, scores.strict.micro.f1, scores.boundaries.micro.f1]).toEqual([1, 0, 0]);
    expect(endToEndScores([answer, { gold, found: gold }])).not.toHaveProperty("withGold");
  });

  test("a relation of an entity that is not there is an error", () => {
    const broken = found([anna]);
    expect(() => relationScores([{ gold, found: broken }], "strict")).toThrow(/entity 1, but its text has 1 entities/);
  });
});

describe("why relations are missed", () => {
  const relation = (label: string, head = 0, tail = 1): Relation => ({ head, tail, label });
  test.each<[string, Annotations, MissCause]>([
    ["an entity that is not found", found([acme], []), "entity"],
    ["wrong boundaries", found([anna, { ...acme, end: 16 }]), "boundaries"],
    ["a wrong type", found([anna, { ...acme, type: "LOC" }]), "type"],
    [
      "boundaries before types",
      found([
        { ...anna, type: "LOC" },
        { ...acme, end: 16 },
      ]),
      "boundaries",
    ],
    ["a missed entity before all", found([{ ...anna, end: 3 }], []), "entity"],
    ["another label", found([anna, acme], [relation("owns")]), "label"],
    ["the other direction", found([anna, acme], [relation("works_for", 1, 0)]), "label"],
    ["nothing said of the pair", found([anna, acme], []), "noRelation"],
    ["another label in the other direction", found([anna, acme], [relation("owns", 1, 0)]), "noRelation"],
  ])("%s", (_, answer, cause) => {
    const { causes, missed } = missCauses([{ gold, found: answer }]);
    expect([causes[cause], missed]).toEqual([1, 1]);
  });

  test("a right relation of the same pair is no wrong label for the one that is missed", () => {
    const two = { ...gold, relations: [relation("works_for"), relation("owns")] };
    expect(missCauses([{ gold: two, found: gold }]).causes).toMatchObject({ noRelation: 1, label: 0 });
  });

  test("the causes add up to the strict misses, of all and of each label; none is missed by a perfect answer", () => {
    fc.assert(
      fc.property(documents, options, (texts, scoring) => {
        const scores = relationScores(texts, "strict", scoring);
        const misses = missCauses(texts, scoring);
        const sum = (counts: Readonly<Record<MissCause, number>>): number =>
          missCauseNames.reduce((total, name) => total + counts[name], 0);
        expect(misses.gold).toBe(scores.micro.support);
        expect(sum(misses.causes)).toBe(misses.missed);
        expect(misses.missed).toBe(scores.perLabel.reduce((total, label) => total + label.falseNegatives, 0));
        for (const { label, missed, causes } of misses.perLabel) {
          expect(sum(causes)).toBe(missed);
          expect(missed).toBe(scores.perLabel.find((one) => one.label === label)!.falseNegatives);
        }
        expect(missCauses(texts.map((text) => ({ ...text, found: text.gold }))).missed).toBe(0);
      }),
    );
  });

  test("boundaries-only finds at least what strict finds", () => {
    // Spans of one text that differ in type alone are one span without types, so these are left out.
    const plain = documents.map((texts) =>
      texts.filter(
        ({ gold: { entities } }) =>
          new Set(entities.map(({ start, end }) => `${start}:${end}`)).size === entities.length,
      ),
    );
    fc.assert(
      fc.property(plain, (texts) => {
        const right = (match: "strict" | "boundaries"): number =>
          relationScores(texts, match).perLabel.reduce((total, label) => total + label.truePositives, 0);
        expect(right("boundaries")).toBeGreaterThanOrEqual(right("strict"));
      }),
    );
  });
});
