import { expect, test } from "vitest";
import { z } from "zod";
import { fit } from "./json-line.ts";

const line = z.object({
  text: z.string(),
  relations: z.array(z.object({ head: z.int(), label: z.string() })),
});
const found = (relation: object): unknown => {
  const misfit = fit(line, { text: "x", relations: [relation] });
  return "found" in misfit ? [misfit.key, misfit.found] : misfit.data;
};

test("a key that is missing is named with the one beside it that may be meant for it", () => {
  expect(found({ head: 0, type: "MET" })).toEqual([
    "relations[0].label",
    'nothing, but the key "type" (is "label" meant?)',
  ]);
  expect(found({ source: 0, label: "MET" })).toEqual([
    "relations[0].head",
    'nothing, but the key "source" (is "head" meant?)',
  ]);
  const misfit = fit(line, { content: "x", relations: [] });
  expect(misfit).toMatchObject({ key: "text", found: 'nothing, but the key "content" (is "text" meant?)' });
});

test("without such a key, and for a value of another kind, only what was found is said", () => {
  expect(found({ head: 0, colour: "red" })).toEqual(["relations[0].label", "nothing"]);
  expect(found({ head: 0, type: "MET", label: 3 })).toEqual(["relations[0].label", "the number 3"]);
  expect(fit(line, undefined)).toMatchObject({ key: "", found: "nothing" });
});
