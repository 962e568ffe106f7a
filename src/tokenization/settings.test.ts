import { expect, test } from "vitest";
import { tokenizationSettings } from "./settings.ts";

test("defaults, bounds, unknown keys, descriptions", () => {
  expect(tokenizationSettings.parse({})).toEqual({ vocabSize: 4000 });
  expect(tokenizationSettings.parse({ maxLength: 128, vocabSize: 263 })).toMatchObject({
    maxLength: 128,
    vocabSize: 263,
  });
  expect(() => tokenizationSettings.parse({ vocabSize: 262 })).toThrow("Too small");
  expect(() => tokenizationSettings.parse({ maxLength: 7 })).toThrow("Too small");
  expect(() => tokenizationSettings.parse({ max_length: 128 })).toThrow("max_length");
  for (const field of Object.values(tokenizationSettings.shape)) expect(field.description).toBeTruthy();
});
