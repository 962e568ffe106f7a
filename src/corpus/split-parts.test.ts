import { expect, test } from "vitest";
import { UsageError } from "../errors.ts";
import { wantedParts } from "./split-parts.ts";

test("parts with their shares, and folds of one size", () => {
  expect(wantedParts({})).toEqual([
    { name: "train", share: 0.8 },
    { name: "dev", share: 0.1 },
    { name: "test", share: 0.1 },
  ]);
  expect(wantedParts({ parts: " a = 0.5 , b-2.x=5e-1" })).toEqual([
    { name: "a", share: 0.5 },
    { name: "b-2.x", share: 0.5 },
  ]);
  expect(wantedParts({ folds: 4 }).map(({ name, share }) => `${name} ${share}`)).toEqual([
    "fold-1 0.25",
    "fold-2 0.25",
    "fold-3 0.25",
    "fold-4 0.25",
  ]);
});

test.each([
  ["a=0.5,b", 'found "b"'],
  ["a=0.5,b=", 'found "b="'],
  ["a=0.5,b=half", 'found "b=half"'],
  ["a=0.5=0.5", 'found "a=0.5=0.5"'],
  ["../a=0.5,b=0.5", 'found "../a=0.5"'],
  [".a=1", 'found ".a=1"'],
  ["", 'found ""'],
  ["a=0.5,A=0.5", "the name A is given twice"],
])("--parts %s", (parts, message) => {
  expect(() => wantedParts({ parts })).toThrow(UsageError);
  expect(() => wantedParts({ parts })).toThrow(message);
});

test("parts and folds at once", () => {
  expect(() => wantedParts({ parts: "a=0.5,b=0.5", folds: 2 })).toThrow("give one of them");
});
