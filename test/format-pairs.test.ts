// Any two formats, with a few documents for each pair; format-pairs.long.test.ts draws many.
import { expect, test } from "vitest";
import { formatNames } from "../src/formats/names.ts";
import { checkPair } from "./fixtures/format-pairs.ts";

test.each(formatNames)("%s to every other and back to Relata's eyes", async (from) => {
  expect.hasAssertions();
  for (const to of formatNames) await checkPair(from, to, 2);
});
