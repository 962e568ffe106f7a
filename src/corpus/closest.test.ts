import { expect, test } from "vitest";
import { closest } from "./closest.ts";

test.each([
  ["WHO_D0", "WHO_DO"],
  ["who_do", "WHO_DO"],
  ["DO_WEHN", "DO_WHEN"],
  ["IS_LOCATED_IN", undefined],
  ["", undefined],
])("closest to %j", (word, expected) => {
  expect(closest(word, ["NO_REL", "DO_WHEN", "WHO_DO"])).toBe(expected);
});
