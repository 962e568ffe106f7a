import * as fc from "fast-check";
import { expect, test } from "vitest";
import { anyDocument } from "../../test/fixtures/documents.ts";
import { relationSchema } from "../../test/fixtures/schemas.ts";
import { learnLabels } from "./labels.ts";
import { formatSchema, schemaFile, schemaOf } from "./schema-file.ts";
import { allowedLabels, learnSchema, mirrorLabels } from "./schema.ts";

const labels = { noRelationLabel: "NO_REL", id2label: ["NO_REL", "A", "B"] };

test("what was learnt is the same after a file", () => {
  const documents = fc
    .array(anyDocument, { minLength: 1, maxLength: 4 })
    .filter((all) => all.some(({ relations }) => relations.some((r) => r.head !== r.tail && r.label !== "NO_REL")));
  fc.assert(
    fc.property(documents, fc.boolean(), (documents, multiLabel) => {
      const schema = learnSchema(documents, learnLabels(documents), { multiLabel, symmetricLabels: ["IS_IN"] });
      const text = JSON.stringify(formatSchema(schema));
      const { noRelationLabel, id2label } = schema;
      expect(schemaOf({ noRelationLabel, id2label }, schemaFile.parse(JSON.parse(text)))).toEqual(schema);
    }),
  );
});

test("a file that a person wrote needs no counts", () => {
  const file = schemaFile.parse({
    relations: {
      A: {
        types: [
          ["X", "Y"],
          ["Y", "Y", 3],
        ],
      },
      B: { symmetric: true },
    },
  });
  const expected = relationSchema({
    A: {
      types: [
        ["X", "Y", 0],
        ["Y", "Y", 3],
      ],
    },
    B: { symmetric: true },
  });
  expect(schemaOf(labels, file)).toEqual(expected);
});

test("rules of no label are left out, of the no-relation label too", () => {
  const X: [string, string, number] = ["X", "X", 1];
  const file = schemaFile.parse({
    multiLabel: true,
    relations: { NO_REL: { types: [X], symmetric: true }, A: { types: [X], inverse: "gone" }, gone: { types: [] } },
  });
  const schema = schemaOf(labels, file);
  expect([...schema.rules.keys()]).toEqual(["A"]);
  expect(schema.multiLabel).toBe(true);
  expect(mirrorLabels(schema)).toEqual([undefined, undefined, undefined]);
  expect(allowedLabels(schema, "X", "X")).toEqual([true, true, true]);
});

test.each([
  ["a misspelt field", { A: { types: [], symetric: true } }, "symetric"],
  ["a pair of one type", { A: { types: [["X"]] } }, "types"],
  ["a negative count", { A: { types: [["X", "Y", -1]] } }, "types"],
  ["a relation without a name", { "": { types: [] } }, "relations"],
])("refuses %s", (_, relations, where) => {
  const { error } = schemaFile.safeParse({ relations });
  expect(JSON.stringify(error?.issues)).toContain(where);
});
