import { expect, test } from "vitest";
import { sharesElsewhere, type FoldedPlace } from "./like-places.ts";

/** A text with an entity of each type, in this order, and the place of two of them, or of one alone. */
function place(types: string, [head, tail]: readonly [number, number?], fold: number, ...given: string[]): FoldedPlace {
  const entities = Array.from(types, (type, i) => ({ start: 2 * i, end: 2 * i + 1, type }));
  const document = { id: types, text: "x ".repeat(types.length), entities, relations: [] };
  const ofTail = tail === undefined ? {} : { tail: entities[tail]! };
  return { document, spans: { head: entities[head]!, ...ofTail }, fold, given };
}

test("a share is that of like places in other folds, never of its own", () => {
  const mine = place("AB", [0, 1], 0, "met");
  const places = [mine, place("AB", [0, 1], 0, "met"), ...[1, 2, 1, 2].map((fold) => place("AB", [0, 1], fold, "saw"))];
  const share = sharesElsewhere(places)(mine);
  expect(share("saw")).toBeGreaterThan(0.95);
  expect(share("met")).toBeLessThan(0.05);
  expect(share("met") + share("saw")).toBeCloseTo(1, 12);
});

test("the narrower likeness outweighs the wider one as it has more places", () => {
  const near = Array.from({ length: 20 }, () => place("AB", [0, 1], 1, "near"));
  const far = Array.from({ length: 60 }, () => place("AxxxxxxB", [0, 7], 1, "far"));
  const shareOf = sharesElsewhere([...near, ...far]);
  expect(shareOf(place("AB", [0, 1], 0))("near")).toBeGreaterThan(0.9);
  expect(shareOf(place("AxxxxxxB", [0, 7], 0))("far")).toBeGreaterThan(0.9);
  // A distance that was never met has the share of these types in this order.
  expect(shareOf(place("AxxB", [0, 3], 0))("near")).toBeCloseTo(0.25, 1);
});

test("types that were never met have the shares of all labels, nothing included", () => {
  const places = [place("AB", [0, 1], 1, "met"), ...[1, 1, 1].map((fold) => place("AB", [1, 0], fold))];
  const share = sharesElsewhere(places)(place("CC", [0, 1], 0));
  expect([share("met"), share("")]).toEqual([1 / 3, 2 / 3]);
});

test("single spans are alike by their words", () => {
  const document = { id: "d", text: "Rome Bonn", entities: [], relations: [] };
  const span = (start: number, end: number, fold: number, type: string): FoldedPlace => ({
    document,
    spans: { head: { start, end } },
    fold,
    given: [type],
  });
  const shareOf = sharesElsewhere([span(0, 4, 1, "CITY"), span(0, 4, 1, "CITY"), span(5, 9, 1, "TOWN")]);
  expect(shareOf(span(0, 4, 0, ""))("CITY")).toBeGreaterThan(shareOf(span(5, 9, 0, ""))("CITY"));
});
