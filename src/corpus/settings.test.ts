import { expect, test } from "vitest";
import { corpusSettings } from "./settings.ts";

test("defaults", () => {
  expect(corpusSettings.parse({})).toEqual({ groupBy: "text" });
});

test.each([{ validationSize: 0 }, { testSize: -1 }, { testSize: 1 }, { testsize: 0.2 }])("refuses %j", (settings) => {
  expect(corpusSettings.safeParse(settings).success).toBe(false);
});

test("every setting has a help text of one line", () => {
  for (const schema of Object.values(corpusSettings.shape)) expect(schema.description).toMatch(/^.{10,110}$/);
});
