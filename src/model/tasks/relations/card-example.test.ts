import { expect, test } from "vitest";
import { exampleText } from "../../../report/model-card.ts";
import { transformersExample } from "./card-example.ts";

test("types are written into the text if the markers are typed", () => {
  expect(transformersExample("pair", "plain", ["WHO", "DO"])?.text).toBe(exampleText);
  const typed = {
    text: "* who * Anna met * do * Ben.",
    head: { start: 0, end: 12 },
    tail: { start: 17, end: 27 },
  };
  expect(transformersExample("pair", "typed", ["WHO", "DO"])).toEqual(typed);
  expect(transformersExample("pair", "typed", [])?.text).toBe(exampleText);
});

test("transformers cannot read document encoding", () => {
  expect(transformersExample("document", "plain", [])).toBeUndefined();
});
