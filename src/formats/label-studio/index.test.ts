import { describe, expect, test } from "vitest";
import { formatContract } from "../../../test/fixtures/format-contract.ts";
import { probeText } from "../source/probe.ts";
import { labelStudio } from "./index.ts";

formatContract(labelStudio);

describe("what is an export of tasks", () => {
  const long = "x".repeat(300_000);
  test.each([
    ["a list", '[{"id": 1, "data": {"text": "x"}, "annotations": [], "predictions": []}]'],
    [
      "pretty print, with a byte-order mark",
      '\uFEFF[\n  {\n    "data": {\n      "text": "x"\n    },\n    "completions": [\n',
    ],
    ["one task", '{"data": {"text": "x"}, "predictions": [{"result": []}]}'],
    [
      "an annotation with its task in it",
      '{"id": 2, "result": [{"id": "a", "from_name": "label", "to_name": "text"}]}',
    ],
    [
      "annotations that fill the head",
      `[{"annotations": [{"result": [{"from_name": "l", "to_name": "t", "v": "${long}`,
    ],
  ])("%s", (_, head) => expect(labelStudio.detects(probeText(head, "x"))).toBe(true));

  test.each([
    ["Annotto's items", '{"data":{"text":"x"},"datatype":"text","uuid":"1","predictions":{"raw":{}}}'],
    ["Annotto's annotations", '{"item":{"uuid":"1","data":{"text":"x"}},"annotation":{"ner":{}}}'],
    ["a list of something else", '[{"tokens": ["x"], "entities": [], "relations": []}]'],
    ["lines of texts", '{"text": "\\"data\\": {", "label": "annotations"}'],
    ["a list of numbers", "[1, 2]"],
  ])("not %s", (_, head) => expect(labelStudio.detects(probeText(head, "export.json"))).toBe(false));
});
