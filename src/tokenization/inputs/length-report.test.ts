import { expect, test } from "vitest";
import { tinyTokenizer } from "../../../test/support/tiny-tokenizer.ts";
import { addToReport, emptyLengthReport, formatLengthReport } from "./length-report.ts";
import { encodePairs } from "./pair-encoding.ts";

test("counts what was cut and what was not encoded, with its share", async () => {
  const text = `Ana ${"z".repeat(40)} bought Leeds, ${"far ".repeat(60)}Bo.`;
  const span = (surface: string): { start: number; end: number } => ({
    start: text.indexOf(surface),
    end: text.indexOf(surface) + surface.length,
  });
  const pairs = [
    { head: span("bought"), tail: span("Leeds") },
    { head: span("z".repeat(40)), tail: span("bought") },
    { head: span("Ana"), tail: span("Bo") },
    { head: { start: 3, end: 4 }, tail: span("Bo") },
  ];
  const report = emptyLengthReport();
  for (const result of await encodePairs(tinyTokenizer(), text, pairs, { maxLength: 64 })) {
    addToReport(report, "encoding" in result ? result.encoding : result.unencodable);
  }
  expect(report).toEqual({
    examples: 4,
    truncated: 2,
    mentionsCut: 1,
    mentionsWithoutTokens: 1,
    tooFarApart: 1,
    mentionsTooLong: 0,
  });
  expect(formatLengthReport(report)).toEqual([
    "2 of 4 pairs (50.0 %) keep only the part of the text around their mentions",
    "1 of 4 pairs (25.0 %) have a mention longer than the tokens that count for its position",
    "1 of 4 pairs (25.0 %) are not encoded: a mention covers no token",
    "1 of 4 pairs (25.0 %) are not encoded: their mentions are too far apart for one encoding",
  ]);
});

test("is silent where nothing was lost", () => {
  expect(formatLengthReport(emptyLengthReport())).toEqual([]);
});
