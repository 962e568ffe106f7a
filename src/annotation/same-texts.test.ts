import { expect, test } from "vitest";
import type { Document, Relation } from "../corpus/document.ts";
import { joinSameTexts } from "./same-texts.ts";

const text = "Ana met Bob in Rome.";
const spans = { Ana: [0, 3], Bob: [8, 11], Rome: [15, 19] } as const;
const made = (id: string, names: string, relations: Relation[] = [], more: Partial<Document> = {}): Document => ({
  id,
  text,
  entities: names.split(" ").flatMap((name) => {
    const [word, type = ""] = name.split("/") as [keyof typeof spans, string?];
    return name === "" ? [] : [{ start: spans[word][0], end: spans[word][1], type }];
  }),
  relations,
  ...more,
});
const first = (label: string): Relation[] => [{ head: 0, tail: 1, label }];

test("rows of one text become one document, with every entity and relation once, in the place of the first", () => {
  const other = made("x", "", [], { text: "Nobody." });
  const rows = [made("a", "Ana/PER Bob", first("met")), other, made("b", "Bob/PER Rome/LOC", first("in"))];
  const { documents, joined, apart } = joinSameTexts([
    ...rows,
    made("c", "Ana/PER Bob/PER", first("met")),
    made("d", ""),
  ]);
  expect([joined, apart]).toEqual([3, 0]);
  expect(documents).toEqual([
    {
      ...made("a", "Ana/PER Bob/PER Rome/LOC"),
      relations: [
        { head: 0, tail: 1, label: "met" },
        { head: 1, tail: 2, label: "in" },
      ],
    },
    other,
  ]);
});

test("documents of more entities stay apart unless they are annotated alike", () => {
  const names = "Ana Bob Rome";
  const unlike = [made("a", names, first("met")), made("b", names, first("saw"))];
  expect(joinSameTexts(unlike)).toEqual({ documents: unlike, joined: 0, apart: 1 });
  const alike = [made("a", names, first("met")), made("b", "Ana Bob Rome", first("met"))];
  expect(joinSameTexts(alike)).toEqual({ documents: [alike[0]], joined: 1, apart: 0 });
});

test("a document that has to stay its own keeps all of its text apart, unless it is the first", () => {
  const rows = [made("a", "Ana Bob", first("met")), made("b", "Bob Rome", first("in"))];
  expect(joinSameTexts(rows, (id) => id === "b")).toMatchObject({ joined: 0, apart: 1 });
  expect(joinSameTexts(rows, (id) => id === "a")).toMatchObject({ joined: 1, apart: 0 });
});
