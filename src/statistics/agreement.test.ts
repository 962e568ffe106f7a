import { describe, expect, test } from "vitest";
import type { Document } from "../corpus/document.ts";
import { AgreementCounter, type PairAgreement } from "./agreement.ts";
import { LabelPairs } from "./kappa.ts";

describe("Cohen's kappa", () => {
  test("of the textbook's fifty proposals read by two", () => {
    const pairs = new LabelPairs();
    pairs.add("yes", "yes", 20);
    pairs.add("yes", "no", 5);
    pairs.add("no", "yes", 10);
    pairs.add("no", "no", 15);
    expect([pairs.total, pairs.agreed]).toEqual([50, 35]);
    expect(pairs.kappa).toBeCloseTo(0.4, 12);
  });

  test("is 1 for equal labels, below 0 for opposite ones, and none where chance explains all", () => {
    const kappaOf = (...labels: [string, string][]): number | null => {
      const pairs = new LabelPairs();
      for (const [first, second] of labels) pairs.add(first, second);
      return pairs.kappa;
    };
    expect(kappaOf(["a", "a"], ["b", "b"])).toBe(1);
    expect(kappaOf(["a", "b"], ["b", "a"])).toBe(-1);
    expect(kappaOf(["a", "a"], ["a", "a"])).toBeNull();
    expect(kappaOf()).toBeNull();
  });
});

const text = "Ana met Bob in Rome.";
const ends: Readonly<Record<string, readonly [number, number]>> = { Ana: [0, 3], Bob: [8, 11], Rome: [15, 19] };
const annotated = (entities: Readonly<Record<string, string>>, relations: readonly string[] = []): Document => {
  const names = Object.keys(entities);
  return {
    id: "x",
    text,
    entities: names.map((name) => ({ start: ends[name]![0], end: ends[name]![1], type: entities[name]! })),
    relations: relations.map((relation) => {
      const [head, label, tail] = relation.split(" ");
      return { head: names.indexOf(head!), tail: names.indexOf(tail!), label: label! };
    }),
  };
};
const agreementOf = (...documents: Document[]): PairAgreement[] => {
  const counter = new AgreementCounter({ noRelationLabel: "NO_REL", symmetricLabels: new Set(["met"]) });
  counter.add(documents.map((document, i) => ({ annotator: "abc"[i]!, document })));
  return [...counter.summary()!.pairs];
};
const people = { Ana: "PER", Bob: "PER", Rome: "LOC" };

describe("annotators of a text", () => {
  test("entities by word, relations by the pairs that both marked", () => {
    const [pair] = agreementOf(
      annotated(people, ["Ana met Bob", "Ana at Rome", "Bob NO_REL Rome"]),
      annotated({ Ana: "PER", Bob: "ORG", Rome: "LOC" }, ["Bob met Ana"]),
    );
    // Words: PER PER, "" "", PER ORG, "" "", LOC LOC; by chance 2/5 · 1/5 + 2/5 · 2/5 + 1/5 · 1/5 = 7/25.
    expect(pair).toMatchObject({ annotators: ["a", "b"], texts: 1 });
    expect(pair!.entities).toMatchObject({ units: 5, agreed: 4, first: 3, second: 3, shared: 2, f1: 2 / 3 });
    expect(pair!.entities.kappa).toBeCloseTo((4 / 5 - 7 / 25) / (1 - 7 / 25), 12);
    // Six ordered pairs: met in both directions for both, "at" for the first alone, none for the others.
    expect(pair!.relations).toMatchObject({ units: 6, agreed: 5, first: 2, second: 1, shared: 1, f1: 2 / 3 });
    const chance = (2 / 6) * (2 / 6) + (3 / 6) * (4 / 6);
    expect(pair!.relations.kappa).toBeCloseTo((5 / 6 - chance) / (1 - chance), 12);
  });

  test("a span that only one marked is in no pair; nothing marked is no agreement to speak of", () => {
    const [pair] = agreementOf(annotated(people, ["Ana at Rome"]), annotated({ Ana: "PER", Bob: "PER" }));
    expect(pair!.relations).toEqual({ units: 2, agreed: 2, kappa: null, first: 1, second: 0, shared: 0, f1: 0 });
    expect(agreementOf(annotated({}), annotated({}))[0]!.entities).toMatchObject({ units: 5, kappa: null, f1: null });
  });

  test("three are three pairs, in the order of their names", () => {
    const pairs = agreementOf(annotated(people), annotated(people), annotated({ Ana: "PER" }));
    expect(pairs.map(({ annotators, entities }) => [...annotators, entities.kappa === 1])).toEqual([
      ["a", "b", true],
      ["a", "c", false],
      ["b", "c", false],
    ]);
  });

  test("texts are counted together", () => {
    const counter = new AgreementCounter({ noRelationLabel: "NO_REL", symmetricLabels: new Set() });
    expect(counter.summary()).toBeUndefined();
    for (const [one, other] of [
      ["a", "b"],
      ["b", "c"],
      ["b", "a"],
    ]) {
      counter.add([one!, other!].map((annotator) => ({ annotator, document: annotated(people) })));
    }
    expect(counter.summary()).toMatchObject({
      texts: 3,
      annotators: [
        { name: "a", texts: 2 },
        { name: "b", texts: 3 },
        { name: "c", texts: 1 },
      ],
      pairs: [
        { annotators: ["a", "b"], texts: 2, entities: { units: 10, kappa: 1 } },
        { annotators: ["b", "c"], texts: 1 },
      ],
    });
  });
});
