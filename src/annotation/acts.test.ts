import * as fc from "fast-check";
import { expect, test } from "vitest";
import { applied, inverse, type Act } from "./acts.ts";
import { annotationsOf, markedOf, nothingMarked, type Marked } from "./marked.ts";

const id = fc.constantFrom("a", "b", "c", "d");
const name = fc.constantFrom("X", "Y");
const one: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    kind: fc.constant("add-entity" as const),
    entity: fc.record({ id, start: fc.nat(5), end: fc.integer({ min: 6, max: 9 }), type: name }),
  }),
  fc.record({ kind: fc.constant("remove-entity" as const), id }),
  fc.record({ kind: fc.constant("set-type" as const), id, type: name }),
  fc.record({ kind: fc.constant("set-span" as const), id, start: fc.nat(5), end: fc.integer({ min: 6, max: 9 }) }),
  fc.record({
    kind: fc.constant("add-relation" as const),
    relation: fc.record({ id, head: id, tail: id, label: name }),
  }),
  fc.record({ kind: fc.constant("remove-relation" as const), id }),
  fc.record({ kind: fc.constant("set-label" as const), id, label: name }),
  fc.record({ kind: fc.constant("set-status" as const), status: fc.constantFrom("open" as const, "done" as const) }),
);
const act = fc.oneof(one, fc.record({ kind: fc.constant("all" as const), acts: fc.array(one, { maxLength: 4 }) }));

/** Without the order of the lists, which has no meaning. */
const sorted = ({ entities, relations, status }: Marked): unknown => ({
  entities: entities.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  relations: relations.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  status,
});

test("the inverse of an act takes it back, and the inverse of that brings it again", () =>
  fc.assert(
    fc.property(fc.array(one, { maxLength: 12 }), act, (before, last) => {
      const state = before.reduce(applied, nothingMarked);
      const after = applied(state, last);
      const back = inverse(state, last);
      const again = inverse(after, back);
      expect(sorted(applied(after, back))).toEqual(sorted(state));
      expect(sorted(applied(applied(after, back), again))).toEqual(sorted(after));
    }),
  ));

test("relations never name an entity that is gone", () =>
  fc.assert(
    fc.property(fc.array(act, { maxLength: 20 }), (acts) => {
      const { entities, relations } = acts.reduce(applied, nothingMarked);
      const ids = new Set(entities.map((entity) => entity.id));
      expect(relations.filter(({ head, tail }) => !ids.has(head) || !ids.has(tail))).toEqual([]);
    }),
  ));

test("annotations become positions in the order of the text, and come back", () => {
  const document = {
    entities: [
      { start: 8, end: 11, type: "P" },
      { start: 0, end: 3, type: "P" },
    ],
    relations: [{ head: 0, tail: 1, label: "MET", probability: 0.5 }],
  };
  const { entities, relations } = annotationsOf(markedOf(document));
  expect(entities.map(({ start }) => start)).toEqual([0, 8]);
  expect(relations).toEqual([{ head: 1, tail: 0, label: "MET", probability: 0.5 }]);
});
