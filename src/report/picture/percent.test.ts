import { expect, test } from "vitest";
import { percentText } from "./percent.ts";

test("what is not certain is never 100 %, and the decimal mark is that of the language", () => {
  expect([0, 0.004, 0.934, 0.995, 0.9991, 0.99999, 1].map((one) => percentText(one))).toEqual([
    "0 %",
    "0 %",
    "93 %",
    "99.5 %",
    "99.9 %",
    "99.9 %",
    "100 %",
  ]);
  expect(percentText(0.9991, "fr")).toBe("99,9 %");
});
