import { expect, test } from "vitest";
import { schemaOf } from "../../../corpus/schema-file.ts";
import { openSchema } from "../../../corpus/schema.ts";
import { exampleText } from "../../../report/model-card.ts";
import { card } from "./card.ts";

const subject = {
  folder: '"mine"',
  entityTypes: ["WHO", "DO"],
  maxLength: 64,
  encoder: { name: "luke", markers: undefined },
};
const labels = { noRelationLabel: "NO_REL", id2label: ["NO_REL", "WHO_DO", "DO_WHEN"] };
const schema = openSchema(labels);
const pythonOf = (markers: "plain" | "typed", entityTypes: readonly string[]): string =>
  card({ encoding: "pair", markers, schema }, { ...subject, entityTypes }).python!.code;

test("types are written into the text of the example if the markers are typed", () => {
  expect(pythonOf("plain", ["WHO", "DO"])).toContain(exampleText);
  expect(pythonOf("typed", ["WHO", "DO"])).toContain(
    'tokenizer("* who * Anna met * do * Ben.", entity_spans=[(0, 12), (17, 27)]',
  );
  expect(pythonOf("typed", [])).toContain(exampleText);
});

test("the examples take a pair that the model is asked about: the most frequent types of a relation", () => {
  const entityTypes = ["DATE", "EVENT", "VERB"];
  const joins = (label: string, ...types: [string, string, number][]) => ({
    [label]: { types, count: 1, symmetric: false, inverse: null },
  });
  const relations = { ...joins("WHO_DO", ["VERB", "EVENT", 2]), ...joins("DO_WHEN", ["VERB", "DATE", 5]) };
  const learned = schemaOf(labels, { multiLabel: false, relations });
  const { spans, python } = card({ encoding: "pair", markers: "typed", schema: learned }, { ...subject, entityTypes });
  expect(spans).toEqual(["--span 0:4:VERB", "--span 9:12:DATE"]);
  expect(python!.code).toContain("* verb * Anna met * date * Ben.");
  expect(card({ encoding: "pair", markers: "plain", schema }, { ...subject, entityTypes }).spans).toEqual([
    "--span 0:4:DATE",
    "--span 9:12:EVENT",
  ]);
});

test("transformers cannot read document encoding", () => {
  expect(card({ encoding: "document", markers: "plain", schema }, subject).python).toBeUndefined();
});

test("an encoder that has no class for marked pairs in transformers is asked with the ids of its markers", () => {
  const encoder = { name: "bert", markers: [1030, 1001] } as const;
  const { purpose, python } = card({ encoding: "pair", markers: "plain", schema }, { ...subject, encoder });
  expect(purpose).toContain("a bert encoder");
  expect(python!.code).toContain("sorted([(head, 0, 1030, 1030), (tail, 1, 1001, 1001)])");
  expect(python!.code).not.toContain("Luke");
});
