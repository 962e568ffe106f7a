import { expect, test } from "vitest";
import { wordsOf } from "./runs.ts";

test("words are runs of letters and digits", () => {
  expect(wordsOf("J'ai lu l’avenant de 2019, été.").total).toBe(8);
  expect(wordsOf("e\u0301te\u0301 — 3.50 €").total).toBe(3);
  expect(wordsOf("👩‍👩‍👧 !").total).toBe(0);
  expect(wordsOf("").total).toBe(0);
});

test("words between two offsets are those that begin there", () => {
  const words = wordsOf("un deux trois quatre");
  expect([words.between(0, 20), words.between(2, 14), words.between(4, 8), words.between(3, 9)]).toEqual([4, 2, 0, 2]);
  expect(words.between(8, 3)).toBe(0);
});
