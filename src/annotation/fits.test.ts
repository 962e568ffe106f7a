import { expect, test } from "vitest";
import { fitsOf } from "./fits.ts";

test("labels are counted for the types of both ends, and in their direction", () => {
  const entities = [
    { id: "a", start: 0, end: 1, type: "PERSON" },
    { id: "b", start: 2, end: 3, type: "PLACE" },
  ];
  const relation = (id: string, head: string, tail: string, label: string) => ({ id, head, tail, label });
  const one = { entities, relations: [relation("1", "a", "b", "IN"), relation("2", "b", "a", "HAS")] };
  const two = { entities, relations: [relation("3", "a", "b", "FROM"), relation("4", "a", "b", "IN")] };
  expect(fitsOf([one, two, { entities: [], relations: [relation("5", "a", "b", "LOST")] }])).toEqual([
    { head: "PERSON", tail: "PLACE", labels: ["IN", "FROM"] },
    { head: "PLACE", tail: "PERSON", labels: ["HAS"] },
  ]);
});
