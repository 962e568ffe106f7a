import { expect, test } from "vitest";
import { blockBar, sparkline } from "./blocks.ts";

test("bars are as long as their share, to an eighth of a cell", () => {
  expect([0, 1e-9, 0.25, 0.5, 0.53125, 1].map((share) => blockBar(share, 4))).toEqual([
    "",
    "▏",
    "█",
    "██",
    "██▏",
    "████",
  ]);
});

test("columns reach the greatest count; only nothing is blank", () => {
  expect(sparkline([0, 1, 50, 100])).toBe(" ▁▄█");
  expect(sparkline([3])).toBe("█");
  expect(sparkline([])).toBe("");
});
