import { expect, test } from "vitest";
import { relationsSettings } from "./settings.ts";

test("defaults", () => {
  expect(relationsSettings.parse({})).toEqual({
    calibration: "fit",
    noRelationLabel: "NO_REL",
    multiLabel: false,
    candidates: "auto",
    negatives: "random",
    markers: "plain",
    thresholds: "auto",
    typedEntities: "auto",
  });
});

test.each([{ negativesPerPositive: -1 }, { noRelationLabel: " " }, { encoding: "pairs" }])("refuses %j", (settings) =>
  expect(relationsSettings.safeParse(settings).success).toBe(false),
);
