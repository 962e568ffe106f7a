// Any two formats, with many documents for each pair.
import { expect, test } from "vitest";
import { formatNames } from "../src/formats/names.ts";
import { checkPair } from "./fixtures/format-pairs.ts";

test.each(formatNames)("%s to every other and back to Relata's eyes", { timeout: 600_000 }, async (from) => {
  expect.hasAssertions();
  for (const to of formatNames) await checkPair(from, to, 30);
});
