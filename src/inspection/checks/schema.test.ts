import { expect, test } from "vitest";
import { relationSchema } from "../../../test/fixtures/schemas.ts";
import { makeDocument } from "../../../test/fixtures/documents.ts";
import type { RawDocument } from "../../formats/format.ts";
import { checkSchema } from "./schema.ts";

const typed = (types: readonly [string, string], relations: [number, number, string][]): RawDocument => {
  const document = makeDocument("d", "Ann met", ["Ann", "met"], relations);
  return { ...document, entities: document.entities.map((entity, i) => ({ ...entity, type: types[i]! })) };
};
const schema = relationSchema({ WHO_DO: { types: [["SUBJ", "VERB", 1]] }, SAME_AS: { types: null } });
const codes = (document: RawDocument): string[] => [...checkSchema(document, schema)].map(({ code }) => code);

test("what the schema allows, and self loops, are well", () => {
  expect(
    codes(
      typed(
        ["SUBJ", "VERB"],
        [
          [0, 1, "WHO_DO"],
          [1, 0, "SAME_AS"],
          [0, 0, "X"],
          [0, 1, "NO_REL"],
        ],
      ),
    ),
  ).toEqual([]);
});

test("a relation against the types, with a hint where head and tail are exchanged", () => {
  const [problem] = checkSchema(typed(["SUBJ", "VERB"], [[1, 0, "WHO_DO"]]), schema);
  expect(problem).toMatchObject({ code: "relation-against-schema", suggestion: "Are head and tail exchanged?" });
  expect(problem!.message).toContain("does not let it join VERB to SUBJ");
});

test("a relation that the schema does not have, with the nearest name", () => {
  const [problem] = checkSchema(typed(["SUBJ", "VERB"], [[0, 1, "WHO_D0"]]), schema);
  expect(problem).toMatchObject({ code: "relation-not-in-schema", suggestion: "Did you mean WHO_DO?" });
});
