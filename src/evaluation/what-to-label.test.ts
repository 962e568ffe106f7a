import * as fc from "fast-check";
import { expect, test } from "vitest";
import { chooseToLabel, type LabelCandidate } from "./what-to-label.ts";

const candidate = (text: string, uncertainty: number, expected: Record<string, number> = {}): LabelCandidate => ({
  id: text,
  text,
  uncertainty,
  expected: new Map(Object.entries(expected)),
});
const none = { labelled: new Map(), labelledTexts: [] };

test("the least sure text comes first, and one like it or like a labelled one late", () => {
  const candidates = [
    candidate("the cat sat here", 0.9),
    candidate("the cat sat there", 0.8),
    candidate("a dog barked", 0.5),
    candidate("old news again", 0.95),
  ];
  const chosen = chooseToLabel(candidates, { count: 4, rareShare: 0, ...none, labelledTexts: ["old news again"] });
  expect(chosen.map(({ index }) => index)).toEqual([0, 2, 1, 3]);
  expect(chosen[2]!.similarity).toBeCloseTo(3 / 5, 10);
  expect(chosen.every(({ reason }) => reason === "uncertain")).toBe(true);
});

test("its share of texts is chosen for a label that is rare in what is labelled and in all texts", () => {
  const candidates = [
    candidate("one", 0.9, { OFTEN: 1 }),
    candidate("two", 0.8, { OFTEN: 1 }),
    candidate("three", 0.1, { RARE: 0.9, OFTEN: 1 }),
    candidate("four", 0.2, { OFTEN: 1 }),
  ];
  const options = { count: 2, rareShare: 0.5, labelledTexts: [], labelled: new Map([["OFTEN", 50]]) };
  expect(chooseToLabel(candidates, options)).toMatchObject([
    { index: 0, reason: "uncertain" },
    { index: 2, reason: "rare", label: "RARE" },
  ]);
});

test("each text is chosen once, and all of them if so many are asked for", () => {
  const some = fc.array(
    fc.record({
      text: fc.constantFrom("a b", "b c", "", "d"),
      uncertainty: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    {
      maxLength: 8,
    },
  );
  fc.assert(
    fc.property(some, fc.nat(10), fc.double({ min: 0, max: 1, noNaN: true }), (texts, count, rareShare) => {
      const candidates = texts.map(({ text, uncertainty }) => candidate(text, uncertainty, { X: uncertainty }));
      const chosen = chooseToLabel(candidates, { count, rareShare, ...none });
      expect(chosen.length).toBe(Math.min(count, texts.length));
      expect(new Set(chosen.map(({ index }) => index)).size).toBe(chosen.length);
      const rare = chosen.filter(({ reason }) => reason === "rare").length;
      expect(rare).toBeLessThanOrEqual(Math.ceil(count * rareShare));
    }),
  );
});
