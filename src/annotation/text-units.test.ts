import { expect, test } from "vitest";
import { textUnits, unitsOfText } from "./text-units.ts";

test("sentences one a line are documents; articles and broken lines are one text", () => {
  const mails = "Ada met Bob.\r\nEve wrote to Dan?\r\n";
  expect(unitsOfText("m.txt", mails)).toMatchObject({ unit: "line", counts: { line: 2, paragraph: 1, file: 1 } });
  expect(unitsOfText("m.txt", mails).documents.map(({ id, text }) => [id, text])).toEqual([
    ["m.txt:1", "Ada met Bob."],
    ["m.txt:2", "Eve wrote to Dan?"],
  ]);
  const article = "First part.\nGoes on.\n \nSecond part.\n";
  expect(unitsOfText("a.txt", article)).toMatchObject({ unit: "file", counts: { line: 3, paragraph: 2, file: 1 } });
  expect(unitsOfText("a.txt", "Ada met\nBob in\nRome today.\n").unit).toBe("file");
  expect(unitsOfText("a.txt", article).documents).toMatchObject([{ id: "a.txt", text: article }]);
  const parts = unitsOfText("a.txt", article, "paragraph").documents.map(({ text }) => text);
  expect(parts).toEqual(["First part.\nGoes on.", "Second part."]);
});

test("an empty file is one empty document with every unit, not none", () => {
  for (const unit of textUnits) expect(unitsOfText("e.txt", "\n\n", unit).documents).toHaveLength(1);
});
