import { expect, test } from "vitest";
import { exampleText } from "../../../report/model-card.ts";
import { card } from "./card.ts";

const subject = {
  folder: '"mine"',
  entityTypes: ["WHO", "DO"],
  maxLength: 64,
  encoder: { name: "luke", markers: undefined },
};
const pythonOf = (markers: "plain" | "typed", entityTypes: readonly string[]): string =>
  card({ encoding: "pair", markers }, { ...subject, entityTypes }).python!.code;

test("types are written into the text of the example if the markers are typed", () => {
  expect(pythonOf("plain", ["WHO", "DO"])).toContain(exampleText);
  expect(pythonOf("typed", ["WHO", "DO"])).toContain(
    'tokenizer("* who * Anna met * do * Ben.", entity_spans=[(0, 12), (17, 27)]',
  );
  expect(pythonOf("typed", [])).toContain(exampleText);
});

test("transformers cannot read document encoding", () => {
  expect(card({ encoding: "document", markers: "plain" }, subject).python).toBeUndefined();
});

test("an encoder that has no class for marked pairs in transformers is asked with the ids of its markers", () => {
  const encoder = { name: "bert", markers: [1030, 1001] } as const;
  const { purpose, python } = card({ encoding: "pair", markers: "plain" }, { ...subject, encoder });
  expect(purpose).toContain("a bert encoder");
  expect(python!.code).toContain("sorted([(head, 0, 1030, 1030), (tail, 1, 1001, 1001)])");
  expect(python!.code).not.toContain("Luke");
});
